/// How a watch survives an outage of the server: its messages and when to retry.
struct Outage {
  private var since: ContinuousClock.Instant?

  /// How long it has lasted; nil when the last request succeeded.
  func length(at now: ContinuousClock.Instant) -> Duration? { since.map { now - $0 } }

  /// Records a failed request.
  ///
  /// - Returns: How long to wait, and the message at the start of the outage.
  /// - Throws: The failure, when it is permanent.
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

  /// Records a successful request; the message at the end of the outage.
  mutating func end(at now: ContinuousClock.Instant) -> String? {
    guard let since else { return nil }
    self.since = nil
    let seconds = ((now - since) / .seconds(1)).rounded()
    return "the server is back after \(Number(value: seconds)) s"
  }
}
