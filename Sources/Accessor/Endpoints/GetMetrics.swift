import HTTPContract
import Server
import Signals
import SignalsAPI

/// `GET /metrics`: the metrics of all lanes.
struct GetMetrics: EndpointHandler {
  let endpoint = ServiceEndpoints.metrics
  let metrics: LaneGroupMetrics
  let age: NewestAge

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    var text = MetricsText()
    text.buildInfo("signals", program: "signals-accessor", version: version, commit: commit)
    metrics.append(to: &text)
    age.append(to: &text)
    return .reply(text.response())
  }
}
