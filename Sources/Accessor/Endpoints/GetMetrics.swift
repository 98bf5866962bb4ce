import HTTPContract
import Server
import SignalsAPI

/// `GET /metrics`: the metrics of all lanes.
struct GetMetrics: EndpointHandler {
  let endpoint = ServiceEndpoints.metrics
  let metrics: LaneGroupMetrics
  let age: NewestAge

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    var text = MetricsText()
    metrics.append(to: &text)
    age.append(to: &text)
    return .reply(text.response())
  }
}
