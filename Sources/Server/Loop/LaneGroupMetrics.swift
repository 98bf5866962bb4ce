internal import Postgres
internal import Synchronization
internal import Time

/// The combined metrics of all lanes, in Prometheus format.
public final class LaneGroupMetrics: Sendable {
  private struct State {
    var lanes: [LaneMetrics] = []
    var resources: [String] = []
    /// Workload names.
    var workloads: [String] = []
  }

  private let prefix: String
  private let watch: PrimaryWatch?
  private let startedAt = Timestamp.now
  private let state = Mutex(State())

  /// - Parameters:
  ///   - prefix: The prefix of metric names, such as `signals_accessor`.
  ///   - watch: The database hosts, where the lanes have sessions.
  public init(prefix: String, watch: PrimaryWatch? = nil) {
    self.prefix = prefix
    self.watch = watch
  }

  /// Creates the counters of the lanes.
  func begin(lanes: Int, resources: [String], workloads: [String]) -> [LaneMetrics] {
    let counters = (0..<lanes).map { _ in
      LaneMetrics(resources: resources.count, workloads: workloads.count)
    }
    state.withLock { $0 = State(lanes: counters, resources: resources, workloads: workloads) }
    return counters
  }

  var lanes: [LaneMetrics] { state.withLock { $0.lanes } }

  /// Appends metrics of requests, queries, connections, lanes and the process.
  public func append(to text: inout MetricsText) {
    let (lanes, resources) = state.withLock { ($0.lanes, $0.resources) }
    appendRequests(&text, lanes, resources)
    appendQueries(&text)
    appendConnections(&text)
    appendSessions(&text)
    appendLanes(&text)
    text.appendProcess(startedAt: startedAt)
  }

  /// A one-line status for humans.
  public var summary: String {
    let sessions = lanes.flatMap(\.workloads).reduce(0) { $0 + $1.sessions.value }
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
        let name = status == 0 ? "other" : "\(status)"
        text.sample(requests, [("resource", label), ("status", name)], Double(count))
      }
    }
    let duration = "\(prefix)_request_duration_seconds"
    text.describe(duration, .histogram, "Time from receiving a request to answering it.")
    for (resource, label) in resources.enumerated() {
      let snapshot = Histogram.Snapshot.sum(lanes.map { $0.durations[resource].snapshot })
      guard snapshot.counts.contains(where: { $0 > 0 }) else { continue }
      text.histogram(duration, [("resource", label)], snapshot)
    }
    text.single(
      "\(prefix)_requests_shed_total", .counter,
      "Requests rejected because too many were waiting.", sum(\.shed))
    text.single(
      "\(prefix)_requests_slow_total", .counter,
      "Requests that were logged as slow.", sum(\.slow))
    text.single(
      "\(prefix)_tokens_refused_total", .counter,
      "Requests rejected because of an invalid token.", sum(\.tokensRefused))
  }

  /// Appends a database metric by workload; nothing where there is no database.
  private func append(
    _ name: String, _ kind: MetricsText.Kind, _ help: String, to text: inout MetricsText,
    _ number: (WorkloadMetrics) -> Counter
  ) {
    let (lanes, workloads) = state.withLock { ($0.lanes, $0.workloads) }
    guard !workloads.isEmpty else { return }
    text.describe("\(prefix)_\(name)", kind, help)
    for (index, workload) in workloads.enumerated() {
      let sum = lanes.reduce(0) { $0 + number($1.workloads[index]).value }
      text.sample("\(prefix)_\(name)", [("workload", workload)], Double(sum))
    }
  }

  private func appendQueries(_ text: inout MetricsText) {
    append(
      "requests_waiting", .gauge, "Requests waiting for the database.", to: &text, \.waiting)
    append(
      "requests_expired_total", .counter,
      "Requests rejected because the database did not answer in time.", to: &text, \.expired)
    append(
      "queries_sent_total", .counter, "Queries sent to the database.", to: &text, \.queriesSent)
    append("queries_total", .counter, "Queries that answered requests.", to: &text, \.queries)
    append(
      "coalesced_requests_total", .counter,
      "Requests answered by those queries; divided by them, the requests per query.", to: &text,
      \.coalesced)
    append(
      "queries_cancelled_total", .counter,
      "Queries cancelled because all clients had disconnected.", to: &text, \.cancelled)
    let (lanes, workloads) = state.withLock { ($0.lanes, $0.workloads) }
    guard !workloads.isEmpty else { return }
    let duration = "\(prefix)_query_duration_seconds"
    text.describe(duration, .histogram, "Time from sending a query to its result.")
    for (index, workload) in workloads.enumerated() {
      let snapshot = Histogram.Snapshot.sum(
        lanes.map { $0.workloads[index].queryDuration.snapshot })
      text.histogram(duration, [("workload", workload)], snapshot)
    }
  }

  private func appendConnections(_ text: inout MetricsText) {
    text.single(
      "\(prefix)_connections", .gauge, "Web server connections.", sum(\.connections))
    text.single(
      "\(prefix)_connections_parked", .gauge, "Idle web server connections.", sum(\.parked))
  }

  private func appendSessions(_ text: inout MetricsText) {
    append("database_sessions", .gauge, "Database sessions.", to: &text, \.sessions)
    append(
      "database_sessions_busy", .gauge, "Database sessions running a query.", to: &text,
      \.busySessions)
    append(
      "database_sessions_lost_total", .counter, "Database sessions that were lost and replaced.",
      to: &text, \.sessionsLost)
    guard let counts = watch?.counts else { return }
    let hosts = "\(prefix)_database_hosts"
    text.describe(hosts, .gauge, "Database hosts, by last observed role.")
    for (role, count) in [
      ("primary", counts.primary), ("standby", counts.standby), ("away", counts.away),
    ] {
      text.sample(hosts, [("role", role)], Double(count))
    }
  }

  private func appendLanes(_ text: inout MetricsText) {
    let busy = "\(prefix)_lane_busy_seconds_total"
    text.describe(busy, .counter, "Time that the event loop spent working.")
    for (number, lane) in lanes.enumerated() {
      text.sample(busy, [("lane", "\(number)")], Double(lane.busy.value) / 1_000_000_000)
    }
    let iterations = "\(prefix)_lane_turns_total"
    text.describe(iterations, .counter, "Event loop iterations.")
    for (number, lane) in lanes.enumerated() {
      text.sample(iterations, [("lane", "\(number)")], Double(lane.iterations.value))
    }
  }
}
