import HTTPContract
import Server
import SignalsAPI

/// `GET /producer/scenario`: the scenario in effect.
struct GetScenario: EndpointHandler {
  let endpoint = ProducerEndpoints.getScenario
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant] _ in plant.scenarioResponse() }
  }
}
