/// When the next answer is asked for.
enum Pace {
  /// A server is not asked more often than this, whatever it has to tell.
  static let shortest = Duration.milliseconds(20)

  /// How long after the last request the next one is due.
  ///
  /// An answer has at most `limit` readings. Where they come so fast that one interval could bring
  /// more, it is asked for when it is about half full.
  /// - Parameters:
  ///   - interval: As it was asked for.
  ///   - news: How many readings the last answer brought.
  ///   - elapsed: From the request before to that answer's own.
  static func next(
    interval: Duration, news: Int, elapsed: Duration, limit: Int
  ) -> Duration {
    guard news > 0, elapsed > .zero else { return interval }
    // Behind an outage everything that was kept comes at once.
    if news >= limit { return shortest }
    let halfFull = elapsed * (Double(limit) / 2 / Double(news))
    return min(interval, max(halfFull, shortest))
  }
}
