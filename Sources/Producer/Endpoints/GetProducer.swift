import HTTPContract
import Server
import SignalsAPI

/// `GET /producer`: the producer's state.
struct GetProducer: EndpointHandler {
  let endpoint = ProducerEndpoints.get
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant] _ in plant.response() }
  }
}
