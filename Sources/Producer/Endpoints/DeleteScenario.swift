import HTTPContract
import Server
import SignalsAPI
import Simulation

/// `DELETE /producer/scenario`: ends the scenario.
struct DeleteScenario: EndpointHandler {
  let endpoint = ProducerEndpoints.deleteScenario
  let controller: ProducerController

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [controller] _ throws(Problem) in
      try controller.changeDurably { plan, _ in plan.scenario = Scenario() }
      return controller.scenarioResponse()
    }
  }
}
