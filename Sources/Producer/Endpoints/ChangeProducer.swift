import HTTPContract
import Server
import SignalsAPI

/// `PATCH /producer`: changes machines, seed or rates.
struct ChangeProducer: EndpointHandler {
  let endpoint = ProducerEndpoints.change
  let controller: ProducerController

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [controller, body = call.body] change throws(Problem) in
      let order = try ControlRequest.decode(API.ProducerChange.self, body.decoded())
      change = ControlRequest.text(order)
      try controller.changeDurably { plan, _ in try order.apply(to: &plan) }
      return controller.response()
    }
  }
}
