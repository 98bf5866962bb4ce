import HTTPContract
import Server
import SignalsAPI
import Simulation

/// `PUT /producer/scenario`: starts a scenario.
struct PutScenario: EndpointHandler {
  let endpoint = ProducerEndpoints.putScenario
  let controller: ProducerController

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [controller, body = call.body] change throws(Problem) in
      let order = try ControlRequest.decode(ScenarioRequest.self, body.decoded())
      change = ControlRequest.text(order)
      try controller.changeDurably { plan, since in
        try order.apply(to: &plan)
        plan = plan.begun(at: since)
      }
      return controller.scenarioResponse()
    }
  }
}
