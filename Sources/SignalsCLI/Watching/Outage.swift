/// How a watch gets over a server that is away: what it says, and when it asks again.
struct Outage {
  private var since: ContinuousClock.Instant?

  /// How long it has been going on; nil when the last request went well.
  func length(at now: ContinuousClock.Instant) -> Duration? { since.map { now - $0 } }

  /// Takes a failed request.
  ///
  /// - Returns: How long to wait, and what to say: nothing while it goes on.
  /// - Throws: The failure, when the same request would fail for ever.
  mutating func begin(
    with failure: Failure, at now: ContinuousClock.Instant, interval: Duration
  ) throws(Failure) -> (pause: Duration, remark: String?) {
    guard let least = failure.passesAfter else { throw failure }
    let pause = max(interval, min(least, RetryPolicy.longest))
    guard since == nil else { return (pause, nil) }
    since = now
    let wish = RetryPolicy.remark(on: least).map { "; \($0)" } ?? ""
    return (pause, "waiting for the server: \(failure.message)\(wish)")
  }

  /// Takes a request that went well; what to say about it.
  mutating func end(at now: ContinuousClock.Instant) -> String? {
    guard let since else { return nil }
    self.since = nil
    let seconds = ((now - since) / .seconds(1)).rounded()
    return "the server is back after \(Number(value: seconds)) s"
  }
}
