import HTTPContract
import Server
import Signals
import SignalsAPI

/// `GET /metrics/producer`: the producer's metrics.
struct GetProducerMetrics: EndpointHandler {
  let endpoint = ServiceEndpoints.producerMetrics
  let controller: ProducerController
  let metrics: LaneGroupMetrics

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .perform { [controller, metrics] _ in
      var text = MetricsText()
      text.buildInfo("signals", program: "signals-producer", version: version, commit: commit)
      controller.append(to: &text)
      metrics.append(to: &text)
      return text.response()
    }
  }
}
