import HTTPContract
import Server
import SignalsAPI
import Simulation

/// `PUT /producer/scenario`: starts a scenario.
struct PutScenario: EndpointHandler {
  let endpoint = ProducerEndpoints.putScenario
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant, body = call.body] change throws(Problem) in
      let order = try ControlRequest.decode(ScenarioOrder.self, body.decoded())
      change = ControlRequest.text(order)
      try plant.changeForGood { plan, since in
        try order.apply(to: &plan)
        plan = plan.begun(at: since)
      }
      return plant.scenarioResponse()
    }
  }
}
