/// How long to wait before the next attempt: exponential, with full jitter.
///
/// Each pause is chosen evenly between nothing and a ceiling that doubles with every attempt, so
/// that many clients that lost one server do not come back at the same moment.
public struct Backoff: Sendable {
  private let base: Duration
  private let limit: Duration
  private var ceiling: Duration

  /// - Parameters:
  ///   - base: The first pause is at most this.
  ///   - limit: No pause is longer than this.
  public init(base: Duration = .milliseconds(100), limit: Duration = .seconds(5)) {
    precondition(base > .zero && base <= limit)
    self.base = base
    self.limit = limit
    ceiling = base
  }

  /// The pause before the next attempt.
  ///
  /// - Parameter jitter: Where between nothing and the ceiling, 0 to 1.
  public mutating func next(jitter: Double = .random(in: 0...1)) -> Duration {
    precondition((0...1).contains(jitter))
    let pause = ceiling * jitter
    ceiling = min(ceiling * 2, limit)
    return pause
  }

  /// An attempt succeeded: begin again with short pauses.
  public mutating func reset() { ceiling = base }
}
