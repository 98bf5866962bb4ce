import FastCGI
import Postgres
import Service
import Signals
import Synchronization

/// What all lanes together have done, in Prometheus' format.
struct AccessorMetrics: Sendable {
  private let lanes: [LaneMetrics]
  private let watch: PrimaryWatch
  private let startedAt = Timestamp.now
  /// The time of the newest reading that is not ahead of the clock, in microseconds since 1970, and how far
  /// the newest of those that are is ahead; as the last look at the health has found them.
  private let newest = SharedNumber()
  private let ahead = SharedNumber()

  init(_ lanes: [LaneMetrics], _ watch: PrimaryWatch) {
    self.lanes = lanes
    self.watch = watch
  }

  func response() -> RenderedResponse {
    var text = MetricsText()
    appendRequests(&text)
    appendReadings(&text)
    appendQueries(&text)
    appendConnections(&text)
    appendLanes(&text)
    text.appendProcess(startedAt: startedAt)
    return text.response()
  }

  /// How the service is, on a line for people.
  var summary: String {
    let sessions = Int(sum(\.sessions))
    let absence = watch.absence.map(\.description) ?? "the database does not answer"
    let database = sessions == 0 ? absence : "\(sessions) database sessions"
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

  /// From any lane.
  func note(newest: Timestamp?, ahead: Int64?) {
    self.newest.value.store(newest?.microseconds ?? 0, ordering: .relaxed)
    self.ahead.value.store(ahead ?? 0, ordering: .relaxed)
  }

  private func appendReadings(_ text: inout MetricsText) {
    text.single(
      "signals_accessor_newest_reading_timestamp_seconds", .gauge,
      "The time of the newest reading that is not ahead of the clock, as of the last GET /health.",
      Double(newest.value.load(ordering: .relaxed)) / 1_000_000)
    text.single(
      "signals_accessor_readings_ahead_seconds", .gauge,
      "How far the newest reading is ahead of the clock, as of the last GET /health; a clock is wrong.",
      Double(ahead.value.load(ordering: .relaxed)) / 1_000_000)
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
    let hosts = "signals_accessor_database_hosts"
    text.describe(hosts, .gauge, "Hosts of the database, by what they were last seen as.")
    let counts = watch.counts
    for (role, count) in [
      ("primary", counts.primary), ("standby", counts.standby), ("away", counts.away),
    ] {
      text.sample(hosts, [("role", role)], Double(count))
    }
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

/// A number that any thread sets and reads.
private final class SharedNumber: Sendable {
  let value = Atomic<Int64>(0)
}
