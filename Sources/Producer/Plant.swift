import FastCGI
import Service
import Signals
import Simulation

/// The machines and the way of their readings, as somebody who steers them sees it.
struct Plant: Sendable {
  let plan: SharedPlan
  let simulator: Simulator
  let shipper: Shipper
  let backlog: Backlog
  let startedAt = Timestamp.now

  /// Changes the plan, and has it heeded at once.
  ///
  /// - Parameter change: Is given the plan, and the earliest moment that it can still affect.
  func change<E>(_ change: (inout Plan, Timestamp) throws(E) -> Void) throws(E) {
    try plan.change(change)
    simulator.planHasChanged()
  }

  /// What the machines are doing.
  enum State: String, CaseIterable {
    case running
    case stopped
    /// The backlog is full: they wait.
    case blocked
  }

  var state: State {
    if !plan.current.isRunning { return .stopped }
    return backlog.isFull ? .blocked : .running
  }

  /// All there is to know, as JSON.
  func response() -> RenderedResponse {
    let plan = plan.current
    let status = shipper.status
    let backlogSize = backlog.size
    return Response.json { json in
      json.object {
        $0.key("state")
        $0.string(state.rawValue)
        $0.key("machines")
        $0.integer(plan.machines)
        $0.key("seed")
        $0.integer(plan.seed)
        $0.key("rates")
        $0.object { Plant.write(plan.rates, &$0) }
        $0.key("readings_per_second")
        $0.number((status.rate.perSecond(at: .now) * 10).rounded() / 10)
        $0.key("readings_written")
        $0.integer(status.readingsWritten)
        $0.key("batches_written")
        $0.integer(status.batchesWritten)
        $0.key("backlog")
        $0.object {
          $0.key("batches")
          $0.integer(backlogSize.batches)
          $0.key("readings")
          $0.integer(backlogSize.readings)
          $0.key("limit_readings")
          $0.integer(backlog.capacity)
        }
        $0.key("database")
        $0.object {
          $0.key("connected")
          $0.boolean(status.isConnected)
          $0.key("last_error")
          if let error = status.lastError { $0.string(error) } else { $0.null() }
        }
        $0.key("faults")
        $0.array { array in
          for fault in plan.faults where (fault.end ?? fault.time) >= .now {
            array.object { Plant.write(fault, &$0) }
          }
        }
        $0.key("started_at")
        $0.timestamp(startedAt)
      }
    }
  }

  /// The members of a fault's JSON object.
  static func write(_ fault: Fault, _ json: inout JSONWriter) {
    json.key("machine")
    json.string(Plan.machineName(fault.machine))
    json.key("code")
    json.integer(fault.code)
    json.key("timestamp")
    json.timestamp(fault.time)
    json.key("until")
    if let end = fault.end { json.timestamp(end) } else { json.null() }
  }

  private static func write(_ rates: Rates, _ json: inout JSONWriter) {
    json.key("power_hz")
    json.integer(rates.powerHertz)
    json.key("state_change_seconds")
    json.object { write(rates.stateChange, &$0) }
    json.key("error_seconds")
    json.object { write(rates.error, &$0) }
  }

  private static func write(_ gap: Rates.Gap, _ json: inout JSONWriter) {
    json.key("min")
    json.number(gap.min)
    json.key("max")
    json.number(gap.max)
  }
}
