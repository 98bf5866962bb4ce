import Testing

@testable import Accessor

@Suite struct PaceTests {
  typealias Subject = Pace<String, ContinuousClock.Instant>

  private let start = ContinuousClock.now
  private var subject = Subject()

  @Test mutating func aSlowKindMayNotTakeTheLastSession() {
    subject.record("fast", took: .milliseconds(1), at: start)
    subject.record("slow", took: .milliseconds(50), at: start)
    #expect(subject.mayTakeLast("fast", at: start))
    #expect(subject.mayTakeLast("unknown", at: start))
    #expect(!subject.mayTakeLast("slow", at: start))
  }

  @Test mutating func oneFastAnswerDoesNotMakeASlowKindFast() {
    subject.record("fast", took: .milliseconds(1), at: start)
    subject.record("slow", took: .milliseconds(50), at: start)
    subject.record("slow", took: .milliseconds(1), at: start)
    #expect(!subject.mayTakeLast("slow", at: start))
  }

  @Test mutating func whatWasSlowIsForgotten() {
    subject.record("slow", took: .milliseconds(50), at: start)
    let later = start + Subject.memory
    subject.record("fast", took: .milliseconds(1), at: later)
    #expect(subject.mayTakeLast("slow", at: later))
  }

  @Test mutating func withoutFastOnesNothingIsKeptForThem() {
    subject.record("slow", took: .milliseconds(50), at: start)
    #expect(subject.mayTakeLast("slow", at: start))
    subject.record("fast", took: .milliseconds(1), at: start)
    #expect(!subject.mayTakeLast("slow", at: start))
    subject.record("slow", took: .milliseconds(50), at: start + .seconds(9))
    #expect(subject.mayTakeLast("slow", at: start + .seconds(11)))
  }

  @Test mutating func moreKindsThanItRemembersDoNoHarm() {
    subject.record("fast", took: .milliseconds(1), at: start)
    for number in 0..<2 * Subject.mostKinds {
      subject.record("slow \(number)", took: .milliseconds(50), at: start)
    }
    #expect(!subject.mayTakeLast("slow 0", at: start))
    #expect(subject.mayTakeLast("slow \(2 * Subject.mostKinds - 1)", at: start))
    // Those that are forgotten make room.
    let later = start + Subject.memory
    subject.record("fast", took: .milliseconds(1), at: later)
    subject.record("late", took: .milliseconds(50), at: later)
    #expect(!subject.mayTakeLast("late", at: later))
  }
}
