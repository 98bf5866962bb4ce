/// The pause before the next attempt: exponential backoff with full jitter.
///
/// Each pause is uniformly distributed between zero and a ceiling that doubles with every attempt, so
/// that clients that lost the same server do not all return at once.
public struct Backoff: Sendable {
  private let base: Duration
  private let limit: Duration
  private var ceiling: Duration

  /// - Parameters:
  ///   - base: The upper bound of the first pause.
  ///   - limit: The upper bound of every pause.
  public init(base: Duration = .milliseconds(100), limit: Duration = .seconds(5)) {
    precondition(base > .zero && base <= limit)
    self.base = base
    self.limit = limit
    ceiling = base
  }

  /// The pause before the next attempt.
  ///
  /// - Parameter jitter: A fraction of the ceiling, from 0 to 1.
  public mutating func next(jitter: Double = .random(in: 0...1)) -> Duration {
    precondition((0...1).contains(jitter))
    let pause = ceiling * jitter
    ceiling = min(ceiling * 2, limit)
    return pause
  }

  /// Starts again with short pauses after a successful attempt.
  public mutating func reset() { ceiling = base }
}
