import Server
import Simulation
import StrictJSON

/// A scenario as given to the control endpoint or in a file; unknown members are errors.
struct ScenarioRequest: Codable {
  private let scenario: Scenario

  private struct StrictEvent: Decodable {
    init(from decoder: any Decoder) throws {
      let members = try StrictObject(
        decoder, ["at", "after_seconds", "machines", "fault", "stop", "load"])
      try members.check("fault", ["code", "stop_seconds"])
      try members.check("stop", ["seconds"])
      try members.check("load", ["factor", "seconds"])
    }
  }

  init(from decoder: any Decoder) throws {
    let _: [StrictEvent] = try StrictObject(decoder, ["events"]).required("events")
    scenario = try Scenario(from: decoder)
  }

  func encode(to encoder: any Encoder) throws { try scenario.encode(to: encoder) }

  /// Applies the scenario to the plan, or throws a problem that names the error.
  func apply(to plan: inout Plan) throws(Problem) {
    for case .only(let numbers) in scenario.events.map(\.machines) {
      for number in numbers where number >= plan.machines {
        throw ControlRequest.noMachine(Plan.machineName(number), plan)
      }
    }
    plan.scenario = scenario
    try ScenarioRequest.check(plan)
  }

  static func check(_ plan: Plan) throws(Problem) {
    guard plan.isScenarioWithinLimits else {
      throw Problem(
        400,
        """
        the scenario must have at most \(Plan.maxPlacements) events, each counted once per machine \
        (got \(plan.placements))
        """)
    }
  }
}
