import EventLoop
import Testing

@Suite struct BackoffTests {
  @Test func theCeilingDoublesUpToTheLimit() {
    var backoff = Backoff(base: .milliseconds(100), limit: .seconds(1))
    let pauses = (0..<6).map { _ in backoff.next(jitter: 1) }
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
    for _ in 0..<10 { _ = backoff.next(jitter: 1) }
    backoff.reset()
    #expect(backoff.next(jitter: 1) == .milliseconds(100))
  }
}
