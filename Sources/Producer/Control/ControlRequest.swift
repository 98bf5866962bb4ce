import FoundationEssentials
import Server
import Simulation
import StrictJSON
import Time

/// The requests of the control endpoint; unknown members are errors.
enum ControlRequest {
  /// The body of `PATCH /producer`.
  struct Change: Codable {
    struct Gap: Codable {
      let min: Double
      let max: Double

      init(from decoder: any Decoder) throws {
        let members = try Members(decoder, ["min", "max"])
        min = try members.required("min")
        max = try members.required("max")
      }
    }

    struct RatesChange: Codable {
      private enum CodingKeys: String, CodingKey {
        case powerHertz = "power_hz"
        case stateChange = "state_change_seconds"
        case error = "error_seconds"
      }

      let powerHertz: Int?
      let stateChange: Gap?
      let error: Gap?

      init(from decoder: any Decoder) throws {
        let members = try Members(decoder, ["power_hz", "state_change_seconds", "error_seconds"])
        powerHertz = try members.optional("power_hz")
        stateChange = try members.optional("state_change_seconds")
        error = try members.optional("error_seconds")
      }
    }

    let machines: Int?
    let seed: UInt64?
    let rates: RatesChange?

    init(from decoder: any Decoder) throws {
      let members = try Members(decoder, ["machines", "seed", "rates"])
      machines = try members.optional("machines", in: Plan.machineCounts)
      seed = try members.optional("seed")
      rates = try members.optional("rates")
    }

    /// Applies the change, or throws a problem that names the error.
    func apply(to plan: inout Plan) throws(Problem) {
      if let machines { plan.machines = machines }
      if let seed { plan.seed = seed }
      if let rates {
        do throws(InvalidRate) {
          plan.rates = try plan.rates.changed(
            powerHertz: rates.powerHertz, stateChange: Change.gap(rates.stateChange),
            error: Change.gap(rates.error))
        } catch {
          throw Problem(400, error.description)
        }
      }
      guard plan.isBearable else {
        throw Problem(
          400,
          """
          \(plan.machines) machines at \(plan.rates.powerHertz) Hz are too many \
          (\(Plan.bearable))
          """)
      }
      try ScenarioOrder.check(plan)
    }

    private static func gap(_ gap: Gap?) throws(InvalidRate) -> Rates.Gap? {
      guard let gap else { return nil }
      return try Rates.Gap(min: gap.min, max: gap.max)
    }
  }

  /// The body of `POST /producer/faults`.
  struct FaultOrder: Codable {
    private enum CodingKeys: String, CodingKey {
      case machine, code
      case stopSeconds = "stop_seconds"
    }

    static let stopSeconds = 0.01...86_400

    let machine: String
    let code: Int
    let stopSeconds: Double?

    init(from decoder: any Decoder) throws {
      let members = try Members(decoder, ["machine", "code", "stop_seconds"])
      machine = try members.required("machine")
      code = try members.required("code", in: Fault.codes)
      stopSeconds = try members.optional("stop_seconds")
    }

    /// Adds the fault to its machine from `time` on, or throws a problem that names the error.
    func apply(to plan: inout Plan, at time: Timestamp) throws(Problem) -> Fault {
      guard let number = plan.machineNumber(machine) else {
        throw ControlRequest.noMachine(machine, plan)
      }
      if let stopSeconds, !FaultOrder.stopSeconds.contains(stopSeconds) {
        throw Problem(
          400, "stop_seconds must be a number from 0.01 to 86400 (got \(stopSeconds))")
      }
      guard plan.isRunning else {
        throw Problem(409, "the machines are stopped; start them with POST /producer/start")
      }
      guard plan.faults.count < Plan.mostFaults else {
        throw Problem(409, "\(Plan.mostFaults) faults are in effect; retry when some have ended")
      }
      // Each error of a machine has a timestamp of its own.
      var time = time
      while plan.faults.contains(where: { $0.machine == number && $0.time == time }) {
        time = time + 1
      }
      let fault = Fault(
        machine: number, code: code, time: time,
        end: stopSeconds.map { time + Int64($0 * 1_000_000) })
      plan.faults.append(fault)
      return fault
    }
  }

  /// The problem for a machine that is not simulated.
  static func noMachine(_ name: String, _ plan: Plan) -> Problem {
    let last = Plan.machineName(Int32(plan.machines - 1))
    return Problem(
      400, "unknown machine \"\(name.prefix(100))\" (expected machine-1 to \(last))")
  }

  /// A decoded request as JSON, for the audit log.
  static func text(_ order: some Encodable) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(order)).map { String(decoding: $0, as: UTF8.self) }
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
