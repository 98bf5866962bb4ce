import FastCGI
import Server
import Signals
import Simulation
import Spool
import Time

/// The machines and the path of their readings, as controlled through the API.
struct Plant: Sendable {
  let timeline: SharedTimeline
  let simulator: Simulator
  let shipper: Shipper
  let spool: Spool
  let startedAt = Timestamp.now

  /// Changes the plan with immediate effect.
  ///
  /// - Parameter change: Receives the plan and the time from which it applies.
  func change(_ change: (inout Plan, Timestamp) throws -> Void) throws {
    try timeline.change(change)
    simulator.heed()
  }

  /// The state of the simulation.
  enum State: String, CaseIterable {
    case running
    case stopped
    /// Waiting for room in the spool.
    case blocked
  }

  var state: State {
    if !timeline.current.isRunning { return .stopped }
    return simulator.blockedReason == nil ? .running : .blocked
  }

  /// How far simulated time is ahead of the clock, here or at the database, in microseconds.
  var lead: Int64 {
    let now = Timestamp.now
    return Lead.of(spool.status.frontier, now, shipper.status.databaseTime(at: .now) ?? now)
  }

  /// The producer's state as JSON.
  func response() -> RenderedResponse {
    let plan = timeline.current
    return Response.json { json in
      json.object {
        $0.member("producer", spool.identity)
        $0.member("state", state.rawValue)
        $0.member("blocked_reason", simulator.blockedReason)
        $0.key("machines")
        $0.integer(plan.machines)
        $0.key("seed")
        $0.integer(plan.seed)
        $0.key("rates")
        $0.object { Plant.write(plan.rates, &$0) }
        writeStates(plan, &$0)
        write(shipper.status, &$0)
        write(spool.status, &$0)
        $0.key("faults")
        $0.array { array in
          for fault in plan.faults where (fault.end ?? fault.time) >= .now {
            array.object { Plant.write(fault, &$0) }
          }
        }
        write(plan.scenario, &$0)
        $0.key("started_at")
        $0.timestamp(startedAt)
      }
    }
  }

  private func write(_ status: Shipper.Status, _ json: inout JSONWriter) {
    json.key("readings_per_second")
    json.number((status.rate.perSecond(at: .now) * 10).rounded() / 10)
    json.key("readings_written")
    json.integer(status.readingsWritten)
    json.key("batches_written")
    json.integer(status.batchesWritten)
    json.key("watermark")
    if let watermark = status.watermark {
      json.object {
        $0.key("sequence")
        $0.integer(watermark.sequence)
        $0.key("through")
        if watermark.sequence > 0 { $0.timestamp(watermark.through) } else { $0.null() }
      }
    } else {
      json.null()
    }
    json.key("database")
    json.object {
      $0.key("connected")
      $0.boolean(status.isConnected)
      $0.member("last_error", status.lastError)
      $0.member("cause", status.cause)
    }
    json.key("dead_letters")
    json.integer(status.deadLetters)
  }

  private func write(_ status: Spool.Status, _ json: inout JSONWriter) {
    json.key("simulated_through")
    if let frontier = status.frontier { json.timestamp(frontier) } else { json.null() }
    json.key("ahead_seconds")
    let lead = lead
    if lead > 0 { json.number(Double(lead / 100_000) / 10) } else { json.null() }
    json.key("last_sequence")
    json.integer(status.last)
    json.key("spool")
    json.object {
      $0.key("batches")
      $0.integer(status.waiting.batches)
      $0.key("readings")
      $0.integer(status.waiting.readings)
      $0.key("bytes")
      $0.integer(status.waiting.bytes)
      $0.key("limit_bytes")
      $0.integer(spool.limits.bytes)
      $0.key("oldest")
      if let oldest = try? spool.oldest() { $0.timestamp(oldest) } else { $0.null() }
      $0.key("kept_batches")
      $0.integer(status.kept.batches)
      $0.key("kept_bytes")
      $0.integer(status.kept.bytes)
    }
    json.key("quarantined")
    json.object {
      $0.key("batches")
      $0.integer(status.quarantined.batches)
      $0.key("readings")
      $0.integer(status.quarantined.readings)
    }
    json.key("missing")
    json.array { array in
      for sequences in status.missing {
        array.object {
          $0.key("first")
          $0.integer(sequences.lowerBound)
          $0.key("last")
          $0.integer(sequences.upperBound)
        }
      }
    }
  }

  /// Writes the members of a fault.
  static func write(_ fault: Fault, _ json: inout JSONWriter) {
    json.member("machine", Plan.machineName(fault.machine))
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

extension JSONWriter {
  fileprivate mutating func member(_ name: StaticString, _ text: String?) {
    key(name)
    if let text { string(text) } else { null() }
  }
}
