import Testing

@testable import SignalsCLI

@Suite struct WatchTimingTests {
  private let start = ContinuousClock.now

  @Test(arguments: [
    (0, 1000, 1000), (100, 1000, 1000), (500, 1000, 1000), (900, 1000, 556), (1000, 1000, 20),
    (900, 1, 20), (10, 0, 1000),
  ])
  func aFullAnswerIsFollowedSooner(_ newReadings: Int, _ elapsed: Int, _ expected: Int) {
    let pause = PollInterval.next(
      interval: .seconds(1), newReadings: newReadings, elapsed: .milliseconds(elapsed), limit: 1000)
    #expect(Int((pause / .milliseconds(1)).rounded()) == expected)
  }

  @Test func anOutageIsToldOnceAndItsEndToo() throws {
    var outage = Outage()
    var failure = Failure(.failed, "GET x: connection refused")
    failure.passesAfter = .zero
    let first = try outage.begin(with: failure, at: start, interval: .seconds(1))
    #expect(first.pause == .seconds(1))
    #expect(first.remark == "waiting for the server: GET x: connection refused")
    let second = try outage.begin(with: failure, at: start + .seconds(1), interval: .seconds(1))
    #expect(second.remark == nil)
    #expect(outage.length(at: start + .seconds(3)) == .seconds(3))
    #expect(outage.end(at: start + .milliseconds(12_400)) == "the server is back after 12 s")
    #expect(outage.end(at: start + .seconds(13)) == nil)
    #expect(outage.length(at: start) == nil)
  }

  @Test(arguments: [(0, 1, 1), (2, 1, 2), (60, 1, 60), (2, 10, 10), (9999, 1, 60), (9999, 90, 90)])
  func theServersWishIsHeardWithinReason(_ wish: Int, _ interval: Int, _ pause: Int) throws {
    var outage = Outage()
    var failure = Failure(.failed, "")
    failure.passesAfter = .seconds(wish)
    let next = try outage.begin(with: failure, at: start, interval: .seconds(interval))
    #expect(next.pause == .seconds(pause))
    #expect(
      next.remark
        == (wish > 60
          ? "waiting for the server: ; it asks for a pause of 2 h 46 min, and is asked again after 1 min"
          : "waiting for the server: "))
  }

  @Test func whatWouldFailForEverEndsTheWatch() {
    var outage = Outage()
    let failure = Failure(.failed, "unknown signal type")
    #expect(throws: failure) {
      try outage.begin(with: failure, at: start, interval: .seconds(1))
    }
  }
}
