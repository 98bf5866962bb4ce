import FastCGI
import FoundationEssentials
import Server
import Simulation
import Spool
import Time

extension Plant {
  /// The largest number of machines listed individually.
  private static let mostListed = 20

  /// The scenario as JSON, suitable for `PUT /producer/scenario`.
  func scenarioResponse() -> RenderedResponse {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // It was decoded from JSON.
    let json = try! encoder.encode(timeline.current.scenario)
    return Response(
      status: 200, contentType: "application/json", headers: [("Cache-Control", "no-store")],
      body: Array(json)
    ).rendered()
  }

  /// Writes the machines' states; null while they are stopped.
  func writeStates(_ plan: Plan, _ json: inout JSONWriter) {
    let states = plan.isRunning ? Fleet(plan).states(at: spool.status.frontier ?? .now) : []
    json.key("states")
    guard !states.isEmpty else { return json.null() }
    let counts = states.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    json.object {
      for state in MachineState.allCases {
        if let count = counts[state] {
          $0.key(state.name)
          $0.integer(count)
        }
      }
    }
    guard states.count <= Plant.mostListed else { return }
    json.key("machine_states")
    json.array { array in
      for (number, state) in states.enumerated() {
        array.object {
          $0.key("machine")
          $0.string(Plan.machineName(Int32(number)))
          $0.key("state")
          $0.string("\(state.name)")
        }
      }
    }
  }

  /// Writes the progress of the scenario.
  func write(_ scenario: Scenario, _ json: inout JSONWriter) {
    let next = scenario.events.compactMap(\.time).filter { $0 >= .now }.min()
    json.key("scenario")
    json.object {
      $0.key("events")
      $0.integer(scenario.events.count)
      $0.key("next")
      if let next { $0.timestamp(next) } else { $0.null() }
    }
  }
}

extension Scenario.Event {
  /// When it takes effect; nil while unknown.
  fileprivate var time: Timestamp? {
    if case .at(let time) = moment { time } else { nil }
  }
}
