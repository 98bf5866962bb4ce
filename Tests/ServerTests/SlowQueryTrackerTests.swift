import Testing

@testable import Server

@Suite struct SlowQueryTrackerTests {
  typealias Subject = SlowQueryTracker<String, ContinuousClock.Instant>

  private let start = ContinuousClock.now
  private var subject = Subject()

  @Test mutating func aSlowKindMayNotTakeTheLastSession() {
    subject.record("fast", took: .milliseconds(1), at: start)
    subject.record("slow", took: .milliseconds(50), at: start)
    #expect(subject.mayUseLastSession("fast", at: start))
    #expect(subject.mayUseLastSession("unknown", at: start))
    #expect(!subject.mayUseLastSession("slow", at: start))
  }

  @Test mutating func oneFastAnswerDoesNotMakeASlowKindFast() {
    subject.record("fast", took: .milliseconds(1), at: start)
    subject.record("slow", took: .milliseconds(50), at: start)
    subject.record("slow", took: .milliseconds(1), at: start)
    #expect(!subject.mayUseLastSession("slow", at: start))
  }

  @Test mutating func aFastKindIsForgivenOneSlowAnswerButNotTheNext() {
    subject.record("often", took: .milliseconds(1), at: start)
    subject.record("often", took: .milliseconds(50), at: start)
    #expect(subject.mayUseLastSession("often", at: start))
    subject.record("often", took: .milliseconds(50), at: start)
    #expect(!subject.mayUseLastSession("often", at: start))
  }

  @Test mutating func fastAnswersMakeUpForSlowOnes() {
    subject.record("fast", took: .milliseconds(1), at: start)
    subject.record("slow", took: .milliseconds(50), at: start)
    for _ in 0..<Subject.fastAnswersNeeded {
      #expect(!subject.mayUseLastSession("slow", at: start))
      subject.record("slow", took: .milliseconds(1), at: start)
    }
    #expect(subject.mayUseLastSession("slow", at: start))
  }

  /// One in ten is what makes the others wait.
  @Test mutating func aKindThatIsSlowNowAndThenStaysSlow() {
    subject.record("fast", took: .milliseconds(1), at: start)
    for number in 1...100 {
      subject.record("both", took: .milliseconds(number % 10 == 0 ? 50 : 1), at: start)
      if number >= 20 { #expect(!subject.mayUseLastSession("both", at: start) || number % 10 != 0) }
    }
    #expect(!subject.mayUseLastSession("both", at: start))
  }

  @Test mutating func whatWasSlowIsForgotten() {
    subject.record("slow", took: .milliseconds(50), at: start)
    let later = start + Subject.memory
    subject.record("fast", took: .milliseconds(1), at: later)
    #expect(subject.mayUseLastSession("slow", at: later))
  }

  @Test mutating func withoutFastOnesNothingIsKeptForThem() {
    subject.record("slow", took: .milliseconds(50), at: start)
    #expect(subject.mayUseLastSession("slow", at: start))
    subject.record("fast", took: .milliseconds(1), at: start)
    #expect(!subject.mayUseLastSession("slow", at: start))
    subject.record("slow", took: .milliseconds(50), at: start + .seconds(9))
    #expect(subject.mayUseLastSession("slow", at: start + .seconds(11)))
  }

  @Test mutating func moreKindsThanItRemembersDoNoHarm() {
    subject.record("fast", took: .milliseconds(1), at: start)
    for number in 0..<2 * Subject.maxKinds {
      subject.record("slow \(number)", took: .milliseconds(50), at: start)
    }
    #expect(!subject.mayUseLastSession("slow 0", at: start))
    #expect(subject.mayUseLastSession("slow \(2 * Subject.maxKinds - 1)", at: start))
    // Those that are forgotten make room.
    let later = start + Subject.memory
    subject.record("fast", took: .milliseconds(1), at: later)
    subject.record("late", took: .milliseconds(50), at: later)
    #expect(!subject.mayUseLastSession("late", at: later))
  }
}
