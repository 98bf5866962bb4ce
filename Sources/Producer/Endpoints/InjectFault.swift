import FastCGI
import HTTPContract
import Server
import SignalsAPI
import Simulation

/// `POST /producer/faults`: injects an error into a machine.
struct InjectFault: EndpointHandler {
  let endpoint = ProducerEndpoints.injectFault
  let controller: ProducerController

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [controller, body = call.body] change throws(Problem) in
      let order = try ControlRequest.decode(API.FaultRequest.self, body.decoded())
      change = ControlRequest.text(order)
      var injected: Fault?
      try controller.changeDurably { plan, since in injected = try order.apply(to: &plan, at: since)
      }
      return Response.json(injected.map { API.Fault($0) }, status: 201)
    }
  }
}
