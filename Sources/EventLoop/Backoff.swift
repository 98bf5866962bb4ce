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
  public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
    let pause = ceiling * Double.random(in: 0...1, using: &generator)
    ceiling = min(ceiling * 2, limit)
    return pause
  }

  /// The pause before the next attempt.
  public mutating func next() -> Duration {
    var generator = SystemRandomNumberGenerator()
    return next(using: &generator)
  }

  /// An attempt succeeded: begin again with short pauses.
  public mutating func reset() { ceiling = base }
}
