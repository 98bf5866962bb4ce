import FastCGI
import Service
import Signals

/// What all lanes together have done, in Prometheus' format.
struct AccessorMetrics: Sendable {
  private let lanes: [LaneMetrics]
  private let startedAt = Timestamp.now

  init(_ lanes: [LaneMetrics]) { self.lanes = lanes }

  func response() -> RenderedResponse {
    var text = MetricsText()
    appendRequests(&text)
    appendQueries(&text)
    appendConnections(&text)
    appendLanes(&text)
    text.appendProcess(startedAt: startedAt)
    return text.response()
  }

  /// How the service is, on a line for people.
  var summary: String {
    let sessions = Int(sum(\.sessions))
    let database = sessions == 0 ? "the database does not answer" : "\(sessions) database sessions"
    return "serving with \(lanes.count) lanes; \(database)"
  }

  private func sum(_ number: (LaneMetrics) -> Counter) -> Double {
    Double(lanes.reduce(0) { $0 + number($1).value })
  }

  private func appendRequests(_ text: inout MetricsText) {
    let requests = "signals_accessor_requests_total"
    text.describe(requests, .counter, "Requests answered, by resource and status.")
    for resource in Resource.allCases {
      for (index, status) in LaneMetrics.statuses.enumerated() {
        let count = lanes.reduce(0) { $0 + $1.answerCount(resource, index) }
        guard count > 0 else { continue }
        text.sample(
          requests, [("resource", resource.label), ("status", "\(status)")], Double(count))
      }
    }
    let duration = "signals_accessor_request_duration_seconds"
    text.describe(duration, .histogram, "From a request's arrival to its answer.")
    for resource in Resource.allCases {
      let snapshot = Histogram.Snapshot.sum(lanes.map { $0.durations[resource.rawValue].snapshot })
      guard snapshot.counts.contains(where: { $0 > 0 }) else { continue }
      text.histogram(duration, [("resource", resource.label)], snapshot)
    }
    text.single(
      "signals_accessor_requests_waiting", .gauge, "Requests that wait for the database.",
      sum(\.waiting))
    text.single(
      "signals_accessor_requests_shed_total", .counter,
      "Requests refused because too many were waiting.", sum(\.shed))
    text.single(
      "signals_accessor_requests_expired_total", .counter,
      "Requests refused because the database did not answer in time.", sum(\.expired))
    text.single(
      "signals_accessor_requests_slow_total", .counter,
      "Requests that took longer than ACCESSOR_SLOW_REQUEST_MS.", sum(\.slow))
    text.single(
      "signals_accessor_tokens_refused_total", .counter,
      "Requests refused because their token was not good.", sum(\.tokensRefused))
  }

  private func appendQueries(_ text: inout MetricsText) {
    text.single(
      "signals_accessor_queries_sent_total", .counter, "Queries sent to the database.",
      sum(\.queriesSent))
    text.single(
      "signals_accessor_queries_total", .counter, "Queries answered by the database.",
      sum(\.queries))
    text.single(
      "signals_accessor_coalesced_requests_total", .counter,
      "Requests answered by these queries; their ratio is how many share one.", sum(\.coalesced))
    text.single(
      "signals_accessor_queries_cancelled_total", .counter,
      "Queries cancelled because nobody waited for them any more.", sum(\.cancelled))
    let duration = "signals_accessor_query_duration_seconds"
    text.describe(duration, .histogram, "From a query's sending to its result.")
    text.histogram(duration, [], .sum(lanes.map(\.queryDuration.snapshot)))
  }

  private func appendConnections(_ text: inout MetricsText) {
    text.single(
      "signals_accessor_connections", .gauge, "Connections of the web server.", sum(\.connections))
    text.single(
      "signals_accessor_connections_parked", .gauge, "Those between two requests.", sum(\.parked))
    text.single(
      "signals_accessor_database_sessions", .gauge, "Sessions with the database.", sum(\.sessions))
    text.single(
      "signals_accessor_database_sessions_busy", .gauge, "Those at work for a query.",
      sum(\.busySessions))
    text.single(
      "signals_accessor_database_sessions_lost_total", .counter,
      "Sessions that ended and were replaced.", sum(\.sessionsLost))
  }

  private func appendLanes(_ text: inout MetricsText) {
    let busy = "signals_accessor_lane_busy_seconds_total"
    text.describe(busy, .counter, "Time that a lane did not spend waiting.")
    for (number, lane) in lanes.enumerated() {
      text.sample(busy, [("lane", "\(number)")], Double(lane.busy.value) / 1_000_000_000)
    }
    let turns = "signals_accessor_lane_turns_total"
    text.describe(turns, .counter, "Times that a lane has waited and done what there was to do.")
    for (number, lane) in lanes.enumerated() {
      text.sample(turns, [("lane", "\(number)")], Double(lane.turns.value))
    }
  }
}
