import Server
import Signals
import Simulation
import Spool
import TestSupport
import Testing
import Time

@testable import Producer

/// The timeline beside a real spool.
@Suite final class SharedTimelineTests {
  private let directory: TemporaryDirectory
  private let spool: Spool
  private let grid = BatchGrid(.milliseconds(100))
  private let start: Timestamp
  private let plan = Plan(machines: 2, seed: 1, rates: .standard)

  init() throws {
    directory = try TemporaryDirectory()
    spool = try Spool(directory: directory.file("spool"))
    start = grid.start(at: .now)
  }

  private func timeline(_ configured: Plan? = nil) throws -> SharedTimeline {
    try SharedTimeline(
      spool, configured: configured ?? plan, grid: grid, now: start, longest: .seconds(60))
  }

  /// From when on the next change is followed.
  private func nextChange(_ timeline: SharedTimeline) throws -> Timestamp {
    var moment = Timestamp(microseconds: 0)
    try timeline.change { plan, since in
      plan.seed += 1
      moment = since
    }
    return moment
  }

  @Test func aChangeIsFollowedFromTheNextBatchOnAndForGood() throws {
    let timeline = try timeline()
    let later = start + 3_600_000_000
    #expect(timeline.claim(later, now: later + 100_000).plan == plan)
    let since = try nextChange(timeline)
    #expect(since == later + 100_000)
    #expect(try spool.plans().map(\.since) == [start, since])
    #expect(timeline.claim(later, now: since).until == since)
    #expect(timeline.claim(since, now: since).plan.seed == 2)
  }

  @Test func whatFailsChangesNothing() throws {
    let timeline = try timeline()
    #expect(throws: CancellationError.self) {
      try timeline.change { plan, _ in
        plan.seed = 9
        throw CancellationError()
      }
    }
    #expect(timeline.current == plan)
    #expect(try spool.plans().count == 1)
  }

  /// Their time may be ahead of the time of day, which was set back.
  @Test func machinesThatAreOffAreNotStartedInATimeThatTheyHavePassed() throws {
    var off = plan
    off.isRunning = false
    let timeline = try timeline(off)
    let now = start + 3_600_050_000
    let segment = timeline.claim(start, now: now)
    #expect(segment.until == start + 3_600_000_000)
    #expect(try nextChange(timeline) == segment.until)
  }

  @Test func whatTheDatabaseHasIsNotPlannedAnew() throws {
    let timeline = try timeline()
    let through = start + 3_600_000_000
    _ = try spool.reconcile(with: Watermark(sequence: 9, through: through)) { batch, _ in batch }
    #expect(try nextChange(timeline) == through)
  }

  @Test func aPlanIsKnownAsLongAsItsBatchesMayHaveToBeMadeAgain() throws {
    let timeline = try timeline()
    let since = try nextChange(timeline)
    #expect(timeline.claim(since, now: since, keeping: start).plan.seed == 2)
    #expect(timeline.claim(start, now: since).plan == plan)
  }

  @Test func settingsAreFollowedOnceWhateverHappensAfterwards() throws {
    _ = try timeline()
    let changed = try nextChange(timeline())
    // As they are, they do not undo the change.
    #expect(try timeline().current.seed == 2)
    var other = plan
    other.machines = 3
    #expect(try timeline(other).current.machines == 3)
    let plans = try spool.plans()
    #expect(try timeline(other).current.machines == 3)
    #expect(try spool.plans() == plans && plans.first?.since == start)
    #expect(changed > start)
  }
}
