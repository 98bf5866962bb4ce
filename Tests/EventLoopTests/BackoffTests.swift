import EventLoop
import Testing

@Suite struct BackoffTests {
  /// Always the greatest value, so that each pause is its ceiling.
  private struct Greatest: RandomNumberGenerator {
    mutating func next() -> UInt64 { .max }
  }

  @Test func theCeilingDoublesUpToTheLimit() {
    var backoff = Backoff(base: .milliseconds(100), limit: .seconds(1))
    var generator = Greatest()
    let pauses = (0..<6).map { _ in backoff.next(using: &generator) }
    #expect(
      pauses == [
        .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800),
        .seconds(1), .seconds(1),
      ])
  }

  @Test func everyPauseLiesBetweenNothingAndTheCeiling() {
    var backoff = Backoff(base: .milliseconds(100), limit: .seconds(5))
    let pauses = (0..<1000).map { _ in backoff.next() }
    #expect(pauses.allSatisfy { $0 >= .zero && $0 <= .seconds(5) })
    // Full jitter reaches down to nothing and up to the limit.
    #expect(pauses.contains { $0 < .seconds(1) })
    #expect(pauses.contains { $0 > .seconds(4) })
  }

  @Test func aSuccessBringsShortPausesBack() {
    var backoff = Backoff(base: .milliseconds(100), limit: .seconds(5))
    var generator = Greatest()
    for _ in 0..<10 { _ = backoff.next(using: &generator) }
    backoff.reset()
    #expect(backoff.next(using: &generator) == .milliseconds(100))
  }
}
