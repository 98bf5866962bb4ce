import Server
import SignalsAPI
import Simulation
import StrictJSON
import Time

/// The requests of the control endpoint; unknown members are errors.
enum ControlRequest {
  /// The problem for a machine that is not simulated.
  static func noMachine(_ name: String, _ plan: Plan) -> Problem {
    let last = Plan.machineName(Int32(plan.machines - 1))
    return Problem(
      400, "unknown machine \"\(name.prefix(100))\" (expected machine-1 to \(last))")
  }

  /// A decoded request as JSON, for the audit log.
  static func text(_ order: some Encodable) -> String? {
    (try? JSONValue(encoding: order))?.description
  }

  /// Decodes a JSON body; a problem names the invalid member, what is expected and what was found.
  ///
  /// - Parameter source: What to call the JSON in messages.
  static func decode<T: Decodable>(
    _ type: T.Type, _ body: [UInt8], of source: String = "the body"
  ) throws(Problem) -> T {
    do {
      return try JSONValue(parsing: body).decode(type)
    } catch let error as InvalidJSON {
      throw Problem(400, error.explanation(of: source))
    } catch let error as DecodingError {
      throw Problem(400, error.explanation(of: source))
    } catch {
      throw Problem(400, "\(source): \(error)")
    }
  }
}

extension API.ProducerChange {
  /// Applies the change, or throws a problem that names the error.
  func apply(to plan: inout Plan) throws(Problem) {
    if let machines { plan.machines = machines }
    if let seed { plan.seed = seed }
    if let rates {
      do throws(InvalidRate) {
        plan.rates = try plan.rates.changed(
          powerHertz: rates.powerHz,
          stateChange: Simulation.Rates.IntervalRange(rates.stateChangeSeconds),
          error: Simulation.Rates.IntervalRange(rates.errorSeconds))
      } catch {
        throw Problem(400, error.description)
      }
    }
    guard plan.isWithinLimits else {
      throw Problem(
        400,
        """
        \(plan.machines) machines at \(plan.rates.powerHertz) Hz are too many \
        (\(Plan.limitsDescription))
        """)
    }
    try ScenarioRequest.check(plan)
  }
}

extension Simulation.Rates.IntervalRange {
  fileprivate init?(_ range: API.SecondsRange?) throws(InvalidRate) {
    guard let range else { return nil }
    try self.init(min: range.min, max: range.max)
  }
}

extension API.FaultRequest {
  /// Adds the fault to its machine from `time` on, or throws a problem that names the error.
  func apply(to plan: inout Plan, at time: Timestamp) throws(Problem) -> Simulation.Fault {
    guard let number = plan.machineNumber(machine) else {
      throw ControlRequest.noMachine(machine, plan)
    }
    if let stopSeconds, !API.FaultRequest.stopSeconds.contains(stopSeconds) {
      throw Problem(
        400, "stop_seconds must be a number from 0.01 to 86400 (got \(stopSeconds))")
    }
    guard plan.isRunning else {
      throw Problem(409, "the machines are stopped; start them with POST /producer/start")
    }
    guard plan.faults.count < Plan.maxFaults else {
      throw Problem(409, "\(Plan.maxFaults) faults are in effect; retry when some have ended")
    }
    // Each error of a machine has a timestamp of its own.
    var time = time
    while plan.faults.contains(where: { $0.machine == number && $0.time == time }) {
      time = time + 1
    }
    let fault = Simulation.Fault(
      machine: number, code: code, time: time,
      end: stopSeconds.map { time + Int64($0 * 1_000_000) })
    plan.faults.append(fault)
    return fault
  }
}
