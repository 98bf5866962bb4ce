import Testing
import Time

@testable import Producer

@Suite struct SimulationClockTests {
  private let start = ContinuousClock.now
  private let noon = Timestamp(microseconds: 1_795_514_400_000_000)

  private func later(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test func itFollowsTheMonotonicClock() {
    let clock = SimulationClock(timeOfDay: noon, at: start)
    #expect(clock.now(later(1.5)) == noon + 1_500_000)
    #expect(clock.instant(of: noon + 2_000_000) == later(2))
  }

  @Test func aSmallDifferenceIsLeftAlone() {
    var clock = SimulationClock(timeOfDay: noon, at: start)
    #expect(clock.observe(timeOfDay: noon + 10_900_000, at: later(10)) == .none)
    #expect(clock.now(later(10)) == noon + 10_000_000)
  }

  @Test func aLeapForwardIsFollowed() {
    var clock = SimulationClock(timeOfDay: noon, at: start)
    let hour: Int64 = 3_600_000_000
    #expect(clock.observe(timeOfDay: noon + hour + 1_000_000, at: later(1)) == .forward(hour))
    #expect(clock.now(later(2)) == noon + hour + 2_000_000)
  }

  @Test func aStepBackIsToldOnceAndNotFollowed() {
    var clock = SimulationClock(timeOfDay: noon, at: start)
    let hour: Int64 = 3_600_000_000
    #expect(clock.observe(timeOfDay: noon + 1_000_000 + -hour, at: later(1)) == .back(hour))
    #expect(clock.observe(timeOfDay: noon + 2_000_000 + -hour, at: later(2)) == .none)
    #expect(clock.now(later(2)) == noon + 2_000_000)
    // Put right, it is told again when it happens again.
    #expect(clock.observe(timeOfDay: noon + 3_000_000, at: later(3)) == .none)
    #expect(clock.observe(timeOfDay: noon, at: later(4)) == .back(4_000_000))
  }
}

@Suite struct RateMeterTests {
  @Test func theRateIsThatOfTheLastFiveSeconds() {
    var meter = RateMeter()
    let start = ContinuousClock.now
    for tenth in 0..<200 { meter.add(10, at: start + .milliseconds(100 * tenth)) }
    let end = start + .seconds(20)
    #expect((98...102).contains(meter.perSecond(at: end)))
    #expect(meter.perSecond(at: end + .seconds(3)) < 50)
    #expect(meter.perSecond(at: end + .seconds(6)) == 0)
  }
}
