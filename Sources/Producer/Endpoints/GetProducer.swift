import HTTPContract
import Server
import SignalsAPI

/// `GET /producer`: the producer's state.
struct GetProducer: EndpointHandler {
  let endpoint = ProducerEndpoints.get
  let controller: ProducerController

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [controller] _ in controller.response() }
  }
}
