internal import FastCGI

/// What one lane has done: written by the lane alone, read by whichever lane is asked for metrics.
final class LaneMetrics: Sendable {
  /// The statuses that are counted; others count as the last.
  static let statuses = Response.reasons.keys.sorted()

  /// Answers by resource and status, in the order of ``EndpointTable/resources`` and ``statuses``.
  private let answers: [[Counter]]
  /// From a request's arrival to its answer, by resource.
  let durations: [Histogram]
  /// By the numbers of the workloads.
  let workloads: [WorkloadMetrics]
  let shed = Counter()
  let slow = Counter()
  let tokensRefused = Counter()
  /// Waits that have ended, and what there was to do then was done.
  let turns = Counter()
  /// Time not spent waiting, in nanoseconds.
  let busy = Counter()
  // What there is at the moment, as of the lane's last turn.
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

/// What one lane has done for the questions of one workload.
final class WorkloadMetrics: Sendable {
  /// From a query's sending to its result.
  let queryDuration = Histogram()
  /// Requests that were answered by a query, and the queries that answered them.
  let coalesced = Counter()
  let queries = Counter()
  /// Those that failed included.
  let queriesSent = Counter()
  let expired = Counter()
  let cancelled = Counter()
  let sessionsLost = Counter()
  // What there is at the moment, as of the lane's last sweep.
  let waiting = Counter()
  let sessions = Counter()
  let busySessions = Counter()
}
