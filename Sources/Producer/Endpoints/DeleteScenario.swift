import HTTPContract
import Server
import SignalsAPI
import Simulation

/// `DELETE /producer/scenario`: ends the scenario.
struct DeleteScenario: EndpointHandler {
  let endpoint = ProducerEndpoints.deleteScenario
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant] _ throws(Problem) in
      try plant.changeForGood { plan, _ in plan.scenario = Scenario() }
      return plant.scenarioResponse()
    }
  }
}
