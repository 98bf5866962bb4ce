import HTTPContract
import Server
import SignalsAPI

/// `GET /producer/scenario`: the scenario in effect.
struct GetScenario: EndpointHandler {
  let endpoint = ProducerEndpoints.getScenario
  let controller: ProducerController

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [controller] _ in controller.scenarioResponse() }
  }
}
