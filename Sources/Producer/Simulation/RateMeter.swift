/// A rate per second, averaged over the last few seconds.
struct RateMeter: Sendable {
  private static let window = Duration.seconds(5)

  private var events: [(count: Int, instant: ContinuousClock.Instant)] = []

  mutating func add(_ count: Int, at now: ContinuousClock.Instant) {
    // There are up to a hundred batches a second; those within a tenth of a second are combined.
    if let last = events.last, now - last.instant < .milliseconds(100) {
      events[events.count - 1].count += count
    } else {
      events.append((count, now))
    }
    forget(before: now - RateMeter.window)
  }

  func perSecond(at now: ContinuousClock.Instant) -> Double {
    let recent = events.filter { $0.instant > now - RateMeter.window }
    return Double(recent.reduce(0) { $0 + $1.count }) / (RateMeter.window / .seconds(1))
  }

  private mutating func forget(before instant: ContinuousClock.Instant) {
    if let first = events.first, first.instant <= instant {
      events.removeAll { $0.instant <= instant }
    }
  }
}
