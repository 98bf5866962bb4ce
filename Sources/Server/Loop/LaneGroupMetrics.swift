internal import Postgres
internal import Signals
internal import Synchronization

/// What all lanes of a program together have done, in Prometheus' format.
public final class LaneGroupMetrics: Sendable {
  private struct State {
    var lanes: [LaneMetrics] = []
    var resources: [String] = []
  }

  private let prefix: String
  private let watch: PrimaryWatch?
  private let startedAt = Timestamp.now
  private let state = Mutex(State())

  /// - Parameters:
  ///   - prefix: Of the metrics' names, as in `signals_accessor`.
  ///   - watch: Of the database's hosts, where the lanes have sessions.
  public init(prefix: String, watch: PrimaryWatch? = nil) {
    self.prefix = prefix
    self.watch = watch
  }

  /// What the lanes count in from now on.
  func begin(lanes: Int, resources: [String]) -> [LaneMetrics] {
    let counters = (0..<lanes).map { _ in LaneMetrics(resources: resources.count) }
    state.withLock { $0 = State(lanes: counters, resources: resources) }
    return counters
  }

  var lanes: [LaneMetrics] { state.withLock { $0.lanes } }

  /// Those of requests, queries, connections, lanes and the process.
  public func append(to text: inout MetricsText) {
    let (lanes, resources) = state.withLock { ($0.lanes, $0.resources) }
    appendRequests(&text, lanes, resources)
    appendQueries(&text)
    appendConnections(&text)
    appendHosts(&text)
    appendLanes(&text)
    text.appendProcess(startedAt: startedAt)
  }

  /// How the service is, on a line for people.
  public var summary: String {
    let sessions = Int(sum(\.sessions))
    let absence = watch?.absence.map(\.description) ?? "the database does not answer"
    let database = sessions == 0 ? absence : "\(sessions) database sessions"
    return "serving with \(lanes.count) lanes; \(database)"
  }

  private func sum(_ number: (LaneMetrics) -> Counter) -> Double {
    Double(lanes.reduce(0) { $0 + number($1).value })
  }

  private func appendRequests(
    _ text: inout MetricsText, _ lanes: [LaneMetrics], _ resources: [String]
  ) {
    let requests = "\(prefix)_requests_total"
    text.describe(requests, .counter, "Requests answered, by resource and status.")
    for (resource, label) in resources.enumerated() {
      for (index, status) in LaneMetrics.statuses.enumerated() {
        let count = lanes.reduce(0) { $0 + $1.answerCount(resource, index) }
        guard count > 0 else { continue }
        text.sample(
          requests, [("resource", label), ("status", "\(status)")], Double(count))
      }
    }
    let duration = "\(prefix)_request_duration_seconds"
    text.describe(duration, .histogram, "From a request's arrival to its answer.")
    for (resource, label) in resources.enumerated() {
      let snapshot = Histogram.Snapshot.sum(lanes.map { $0.durations[resource].snapshot })
      guard snapshot.counts.contains(where: { $0 > 0 }) else { continue }
      text.histogram(duration, [("resource", label)], snapshot)
    }
    text.single(
      "\(prefix)_requests_waiting", .gauge, "Requests that wait for the database.",
      sum(\.waiting))
    text.single(
      "\(prefix)_requests_shed_total", .counter,
      "Requests refused because too many were waiting.", sum(\.shed))
    text.single(
      "\(prefix)_requests_expired_total", .counter,
      "Requests refused because the database did not answer in time.", sum(\.expired))
    text.single(
      "\(prefix)_requests_slow_total", .counter,
      "Requests that took longer than ACCESSOR_SLOW_REQUEST_MS.", sum(\.slow))
    text.single(
      "\(prefix)_tokens_refused_total", .counter,
      "Requests refused because their token was not good.", sum(\.tokensRefused))
  }

  private func appendQueries(_ text: inout MetricsText) {
    text.single(
      "\(prefix)_queries_sent_total", .counter, "Queries sent to the database.",
      sum(\.queriesSent))
    text.single(
      "\(prefix)_queries_total", .counter, "Queries answered by the database.",
      sum(\.queries))
    text.single(
      "\(prefix)_coalesced_requests_total", .counter,
      "Requests answered by these queries; their ratio is how many share one.", sum(\.coalesced))
    text.single(
      "\(prefix)_queries_cancelled_total", .counter,
      "Queries cancelled because nobody waited for them any more.", sum(\.cancelled))
    let duration = "\(prefix)_query_duration_seconds"
    text.describe(duration, .histogram, "From a query's sending to its result.")
    text.histogram(duration, [], .sum(lanes.map(\.queryDuration.snapshot)))
  }

  private func appendConnections(_ text: inout MetricsText) {
    text.single(
      "\(prefix)_connections", .gauge, "Connections of the web server.", sum(\.connections))
    text.single(
      "\(prefix)_connections_parked", .gauge, "Those between two requests.", sum(\.parked))
    text.single(
      "\(prefix)_database_sessions", .gauge, "Sessions with the database.", sum(\.sessions))
    text.single(
      "\(prefix)_database_sessions_busy", .gauge, "Those at work for a query.",
      sum(\.busySessions))
    text.single(
      "\(prefix)_database_sessions_lost_total", .counter,
      "Sessions that ended and were replaced.", sum(\.sessionsLost))
  }

  private func appendHosts(_ text: inout MetricsText) {
    guard let counts = watch?.counts else { return }
    let hosts = "\(prefix)_database_hosts"
    text.describe(hosts, .gauge, "Hosts of the database, by what they were last seen as.")
    for (role, count) in [
      ("primary", counts.primary), ("standby", counts.standby), ("away", counts.away),
    ] {
      text.sample(hosts, [("role", role)], Double(count))
    }
  }

  private func appendLanes(_ text: inout MetricsText) {
    let busy = "\(prefix)_lane_busy_seconds_total"
    text.describe(busy, .counter, "Time that a lane did not spend waiting.")
    for (number, lane) in lanes.enumerated() {
      text.sample(busy, [("lane", "\(number)")], Double(lane.busy.value) / 1_000_000_000)
    }
    let turns = "\(prefix)_lane_turns_total"
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
