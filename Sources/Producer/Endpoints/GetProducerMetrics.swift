import HTTPContract
import Server
import SignalsAPI

/// `GET /metrics/producer`: the producer's metrics.
struct GetProducerMetrics: EndpointHandler {
  let endpoint = ServiceEndpoints.producerMetrics
  let plant: Plant

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [plant] in plant.metrics() }
  }
}
