import Logging
import Server
import Signals
import Simulation
import Spool
import Synchronization

/// The timeline as several threads share it and the spool keeps it, and how far it has been followed.
final class SharedTimeline: Sendable {
  private struct State {
    var timeline: Timeline
    /// What lies before it is simulated, or being simulated: a change comes too late for it.
    var claimed: Timestamp
  }

  private let spool: Spool
  private let grid: BatchGrid
  private let state: Mutex<State>
  /// Where the machines' time begins.
  let beginning: Timestamp

  /// Takes up the timeline where the spool has it.
  init(_ spool: Spool, configured: Plan, grid: BatchGrid, now: Timestamp, longest: Duration) throws
  {
    self.spool = spool
    self.grid = grid
    let logger = Logger(label: "simulation")
    var timeline = Timeline(try spool.plans().map { try Timeline.Entry($0) })
    let before = try spool.configured().map { try Plan(text: $0) }
    let resumption = timeline.resumption(
      frontier: spool.status.frontier, now: grid.start(at: now), longest: longest,
      configured: configured, before: before)
    for entry in resumption.added { timeline.add(entry) }
    if !resumption.added.isEmpty || configured != before {
      try spool.record(resumption.added.map(PlanEntry.init), configured: configured.text)
    }
    if let pause = resumption.pause, let since = resumption.added.first?.since {
      logger.notice(
        "the machines were off since \(since), for \(pause.components.seconds) s: that is more than is caught up"
      )
    }
    beginning = resumption.cursor
    state = Mutex(State(timeline: timeline, claimed: resumption.cursor))
  }

  /// What was planned last.
  var current: Plan {
    // There is one from the start on.
    state.withLock { $0.timeline.current! }
  }

  /// The plan by which the batch that begins at `start` is to be simulated. Of machines that are off, all
  /// that lies before `now` is simulated with it.
  ///
  /// - Parameter oldest: Where the oldest batch begins that may have to be made once more.
  func claim(_ start: Timestamp, now: Timestamp, keeping oldest: Timestamp? = nil)
    -> Timeline.Segment
  {
    state.withLock { state in
      state.timeline.forget(before: oldest ?? start)
      var segment =
        state.timeline.segment(at: start)
        ?? Timeline.Segment(
          since: start, until: grid.end(after: start), plan: state.timeline.current!)
      if !segment.plan.isRunning { segment.until = min(segment.until, grid.start(at: now)) }
      let claimed = segment.plan.isRunning ? grid.end(after: start) : segment.until
      state.claimed = max(state.claimed, claimed)
      return segment
    }
  }

  /// Changes the plan from the next batch on, as one step, and for good: the spool has it when this
  /// returns. What `change` throws leaves everything as it was.
  ///
  /// - Parameter change: Is given the plan, and the moment from which on it is followed.
  func change(_ change: (inout Plan, Timestamp) throws -> Void) throws {
    try state.withLock { state in
      let last = state.timeline.entries.last!
      // The database may have told the spool that more is simulated than was known here.
      let simulated = max(state.claimed, spool.status.frontier ?? beginning)
      let since = max(simulated, last.since, grid.end(after: .now))
      let fleet = Fleet(last.plan)
      var plan = fleet.plan(from: since)
      try change(&plan, since)
      guard plan != last.plan else { return }
      let entry = Timeline.Entry(since: since, plan: plan.succeeding(fleet, at: since))
      try spool.record([PlanEntry(entry)])
      state.timeline.add(entry)
    }
  }

  /// The machines were off in a stretch of time that begins where they have got to.
  func pause(from start: Timestamp, to end: Timestamp) throws {
    try state.withLock { state in
      let plan = state.timeline.current!
      guard state.timeline.plan(at: start)?.isRunning ?? plan.isRunning else { return }
      let entries = state.timeline.pause(from: start, to: end, then: plan)
      try spool.record(entries.map(PlanEntry.init))
      for entry in entries { state.timeline.add(entry) }
    }
  }
}
