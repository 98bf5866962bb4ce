import Service

/// What one lane has done: written by the lane alone, read by whichever lane is asked for metrics.
final class LaneMetrics: Sendable {
  /// The statuses that the accessor answers with.
  static let statuses = [200, 400, 401, 403, 404, 405, 500, 503]

  /// Answers by resource and status, in the order of ``Resource`` and ``statuses``.
  private let answers = Resource.allCases.map { _ in statuses.map { _ in Counter() } }
  /// From a request's arrival to its answer.
  let durations = Resource.allCases.map { _ in Histogram() }
  /// From a query's sending to its result.
  let queryDuration = Histogram()
  /// Requests that were answered by a query, and the queries that answered them.
  let coalesced = Counter()
  let queries = Counter()
  /// Those that failed included.
  let queriesSent = Counter()
  let shed = Counter()
  let expired = Counter()
  let cancelled = Counter()
  let sessionsLost = Counter()
  let slow = Counter()
  let tokensRefused = Counter()
  /// Waits that have ended, and what there was to do then was done.
  let turns = Counter()
  /// Time not spent waiting, in nanoseconds.
  let busy = Counter()
  // What there is at the moment, as of the lane's last turn.
  let waiting = Counter()
  let connections = Counter()
  let parked = Counter()
  let sessions = Counter()
  let busySessions = Counter()

  func countAnswer(_ resource: Resource, _ status: Int, after duration: Duration) {
    let index = LaneMetrics.statuses.firstIndex(of: status) ?? LaneMetrics.statuses.count - 1
    answers[resource.rawValue][index].add()
    durations[resource.rawValue].observe(duration)
  }

  func answerCount(_ resource: Resource, _ statusIndex: Int) -> UInt64 {
    answers[resource.rawValue][statusIndex].value
  }
}
