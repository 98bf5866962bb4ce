internal import FastCGI

/// The counters of one lane: written by that lane only, read by any.
final class LaneMetrics: Sendable {
  /// The statuses with a counter of their own; 0 counts the others.
  static let statuses = Response.reasons.keys.sorted() + [0]

  /// Responses by resource and status, in the order of ``EndpointTable/resources`` and ``statuses``.
  private let answers: [[Counter]]
  /// Time from receiving a request to answering it, by resource.
  let durations: [Histogram]
  /// By workload number.
  let workloads: [WorkloadMetrics]
  let shed = Counter()
  let slow = Counter()
  let tokensRefused = Counter()
  /// Event loop iterations.
  let iterations = Counter()
  /// Time spent working, in nanoseconds.
  let busy = Counter()
  // Gauges, as of the lane's last sweep.
  let connections = Counter()
  let parked = Counter()

  init(resources: Int, workloads: Int) {
    self.workloads = (0..<workloads).map { _ in WorkloadMetrics() }
    answers = (0..<resources).map { _ in LaneMetrics.statuses.map { _ in Counter() } }
    durations = (0..<resources).map { _ in Histogram() }
  }

  func countAnswer(_ resource: Int, _ status: Int, after duration: Duration) {
    let index = LaneMetrics.statuses.firstIndex(of: status) ?? LaneMetrics.statuses.count - 1
    answers[resource][index].add()
    durations[resource].observe(duration)
  }

  func answerCount(_ resource: Int, _ statusIndex: Int) -> UInt64 {
    answers[resource][statusIndex].value
  }
}

/// The counters of one workload in one lane.
final class WorkloadMetrics: Sendable {
  /// Time from sending a query to its result.
  let queryDuration = Histogram()
  /// Requests answered by a query, and the queries that answered them.
  let coalesced = Counter()
  let queries = Counter()
  /// Including failed queries.
  let queriesSent = Counter()
  let expired = Counter()
  let cancelled = Counter()
  let sessionsLost = Counter()
  // Gauges, as of the lane's last sweep.
  let waiting = Counter()
  let sessions = Counter()
  let busySessions = Counter()
}
