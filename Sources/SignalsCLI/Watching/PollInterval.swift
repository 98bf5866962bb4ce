import SignalsAPI

/// When to send the next request.
enum PollInterval {
  /// The shortest time between requests.
  static let shortest = Duration.milliseconds(20)

  /// The time from the last request to the next.
  ///
  /// A response has at most `limit` readings. When one interval could bring more, the next request is
  /// sent when about half of that is expected.
  /// - Parameters:
  ///   - interval: The longest time between requests.
  ///   - news: The number of new readings in the last response.
  ///   - elapsed: The time between the last two requests.
  static func next(
    interval: Duration, newReadings: Int, elapsed: Duration, limit: Int
  ) -> Duration {
    guard newReadings > 0, elapsed > .zero else { return interval }
    // After an outage the backlog arrives at once.
    if newReadings >= limit { return shortest }
    let halfFull = elapsed * (Double(limit) / 2 / Double(newReadings))
    return min(interval, max(halfFull, shortest))
  }
}
