import Simulation
import Testing
import Time

@testable import Producer

@Suite struct TimelineTests {
  private let noon = Timestamp(microseconds: 1_795_514_400_000_000)
  private let plan = Plan(machines: 4, seed: 1, rates: .standard)
  private var other: Plan {
    var other = plan
    other.seed = 2
    return other
  }
  private var stopped: Plan {
    var stopped = plan
    stopped.isRunning = false
    return stopped
  }

  private func resumption(
    _ entries: [Timeline.Entry], frontier: Timestamp?, now: Timestamp, configured: Plan? = nil,
    before: Plan? = nil
  ) -> Timeline.Resumption {
    Timeline(entries).resumption(
      frontier: frontier, now: now, longest: .seconds(60), configured: configured ?? plan,
      before: before ?? plan)
  }

  @Test func aNewSpoolBeginsNowWithWhatTheSettingsSay() {
    let resumption = resumption([], frontier: nil, now: noon)
    #expect(resumption.cursor == noon)
    #expect(resumption.added == [.init(since: noon, plan: plan)])
  }

  @Test func aShortAbsenceIsCaughtUpByThePlanThatWasInForce() {
    let resumption = resumption(
      [.init(since: noon, plan: other)], frontier: noon + 5_000_000, now: noon + 65_000_000)
    #expect(resumption.cursor == noon + 5_000_000)
    #expect(resumption.added.isEmpty && resumption.pause == nil)
  }

  @Test func aPlanWhoseBatchesWereLostIsFollowedFromItsBeginning() {
    let resumption = resumption(
      [.init(since: noon, plan: plan)], frontier: nil, now: noon + 5_000_000)
    #expect(resumption.cursor == noon)
    #expect(resumption.added.isEmpty)
  }

  @Test func aPlanThatReplacesThoseThatAreLostIsNotTheFirst() throws {
    let frontier = noon + 5_000_000
    let resumption = resumption([], frontier: frontier, now: noon + 6_000_000)
    #expect(resumption.cursor == frontier)
    let entry = try #require(resumption.added.first)
    #expect(resumption.added.count == 1 && entry.since == frontier)
    #expect(entry.plan.transition == PlanTransition(at: frontier, working: []))
  }

  @Test func aLongAbsenceIsATimeWithoutReadings() {
    let resumption = resumption(
      [.init(since: noon, plan: plan)], frontier: noon + 5_000_000, now: noon + 65_100_000)
    #expect(resumption.cursor == noon + 5_000_000)
    #expect(
      resumption.added == [
        .init(
          since: noon + 5_000_000, plan: stopped.succeeding(Fleet(plan), at: noon + 5_000_000)),
        .init(
          since: noon + 65_100_000,
          plan: plan.succeeding(
            Fleet(stopped.succeeding(Fleet(plan), at: noon + 5_000_000)), at: noon + 65_100_000)),
      ])
    #expect(resumption.pause == .milliseconds(60_100))
  }

  @Test func stoppedMachinesStayStoppedThroughARestart() {
    let resumption = resumption(
      [.init(since: noon, plan: stopped)], frontier: noon, now: noon + 3_600_000_000)
    #expect(resumption.added.isEmpty)
  }

  @Test func changedSettingsAreFollowedFromTheStartOnAndNotForTheTimeBefore() {
    let resumption = resumption(
      [.init(since: noon, plan: plan)], frontier: noon + 5_000_000, now: noon + 6_000_000,
      configured: other)
    let since = noon + 6_000_000
    #expect(
      resumption.added == [.init(since: since, plan: other.succeeding(Fleet(plan), at: since))])
  }

  @Test func settingsThatAreTheSameDoNotUndoWhatWasChangedSince() {
    let resumption = resumption(
      [.init(since: noon, plan: plan), .init(since: noon + 1, plan: other)], frontier: noon + 9,
      now: noon + 10)
    #expect(resumption.added.isEmpty)
  }

  @Test func settingsThatNobodyKnowsAnyMoreDoNotUndoWhatWasChanged() {
    let resumption = Timeline([.init(since: noon, plan: other)]).resumption(
      frontier: noon + 9, now: noon + 10, longest: .seconds(60), configured: plan, before: nil)
    #expect(resumption.added.isEmpty)
  }

  /// A kill between a change of the plan and the first batch by it.
  @Test func aPlanThatWasNotYetFollowedTakesOverAfterALongAbsence() {
    let (frontier, now) = (noon + 5_000_000, noon + 100_000_000)
    let resumption = resumption(
      [.init(since: noon, plan: plan), .init(since: noon + 6_000_000, plan: other)],
      frontier: frontier, now: now)
    let off = stopped.succeeding(Fleet(plan), at: frontier)
    #expect(
      resumption.added == [
        .init(since: frontier, plan: off),
        .init(since: now, plan: other.succeeding(Fleet(off), at: now)),
      ])
    #expect(resumption.pause == .seconds(95))
  }

  @Test func machinesThatWereStartedBeforeALongAbsenceAreOffForIt() {
    let start = noon + 6_000_000
    for (away, isPause) in [(59, false), (61, true)] as [(Int64, Bool)] {
      let now = start + away * 1_000_000
      let resumption = resumption(
        [.init(since: noon, plan: stopped), .init(since: start, plan: plan)],
        frontier: noon, now: now)
      #expect(resumption.cursor == noon)
      #expect(resumption.pause == (isPause ? .seconds(away) : nil))
      #expect(resumption.added.map(\.since) == (isPause ? [start, now] : []))
    }
  }

  @Test func aPlanForALaterMomentDoesNotTellHowTheMachinesWereLeftBefore() {
    let (cut, end) = (noon + 3_000_000, noon + 9_000_000)
    let timeline = Timeline([
      .init(since: noon, plan: plan), .init(since: noon + 5_000_000, plan: other),
    ])
    let off = stopped.succeeding(Fleet(plan), at: cut)
    #expect(
      timeline.pause(from: cut, to: end, then: other) == [
        .init(since: cut, plan: off),
        .init(since: end, plan: other.succeeding(Fleet(off), at: end)),
      ])
  }

  @Test func aClockThatWasSetBackDoesNotPlanThePast() {
    let resumption = resumption(
      [.init(since: noon, plan: plan)], frontier: noon + 5_000_000, now: noon + -9_000_000,
      configured: other)
    #expect(resumption.cursor == noon + 5_000_000)
    let since = noon + 5_000_000
    #expect(
      resumption.added == [.init(since: since, plan: other.succeeding(Fleet(plan), at: since))])
  }

  @Test func eachMomentHasItsPlan() {
    let timeline = Timeline([
      .init(since: noon, plan: plan), .init(since: noon + 10, plan: stopped),
      .init(since: noon + 20, plan: other),
    ])
    #expect(timeline.segment(at: noon + -1) == nil)
    #expect(timeline.segment(at: noon + 9)?.plan == plan)
    #expect(timeline.segment(at: noon + 9)?.until == noon + 10)
    #expect(timeline.segment(at: noon + 10)?.plan == stopped)
    #expect(timeline.segment(at: noon + 1000)?.until.microseconds == .max)
  }

  @Test func whatIsPastIsForgottenUpToThePlanInForce() {
    var timeline = Timeline([
      .init(since: noon, plan: plan), .init(since: noon + 10, plan: stopped),
      .init(since: noon + 20, plan: other),
    ])
    timeline.forget(before: noon + 9)
    #expect(timeline.entries.count == 3)
    timeline.forget(before: noon + 10)
    #expect(timeline.entries.map(\.since) == [noon + 10, noon + 20])
    timeline.forget(before: noon + 1000)
    #expect(timeline.entries.map(\.plan) == [other])
  }

  @Test func whatIsPlannedAnewReplacesWhatWasPlannedForLater() {
    var timeline = Timeline([.init(since: noon, plan: plan), .init(since: noon + 9, plan: other)])
    timeline.add(.init(since: noon + 5, plan: stopped))
    #expect(timeline.entries.map(\.since) == [noon, noon + 5])
    #expect(timeline.current == stopped)
  }

  @Test func aPlanComesBackFromItsText() throws {
    #expect(try Plan(text: other.text) == other)
    #expect(throws: UnreadablePlan.self) { try Plan(text: "{}") }
  }

  @Test func batchesEndOnAnEvenGridOfTheirLength() {
    let grid = BatchGrid(.milliseconds(100))
    #expect(grid.start(at: noon + 99_999) == noon)
    #expect(grid.end(after: noon) == noon + 100_000)
    #expect(grid.end(after: noon + 99_999) == noon + 100_000)
    #expect(grid.start(at: Timestamp(microseconds: -1)).microseconds == -100_000)
  }
}
