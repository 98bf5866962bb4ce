import Logging
import Server
import Simulation
import Spool
import Synchronization
import Time

/// The timeline as shared between threads and stored in the spool, and how far it has been simulated.
final class SharedTimeline: Sendable {
  private struct State {
    var timeline: Timeline
    /// Everything before it is simulated or being simulated, and can no longer be changed.
    var claimed: Timestamp
  }

  private let spool: Spool
  private let grid: BatchGrid
  private let state: Mutex<State>
  /// The start of the simulation.
  let beginning: Timestamp

  /// Resumes the timeline from the spool.
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
        "the machines were off for \(pause.components.seconds) s since \(since), which is more than PRODUCER_CATCH_UP"
      )
    }
    beginning = resumption.cursor
    state = Mutex(State(timeline: timeline, claimed: resumption.cursor))
  }

  /// The latest plan.
  var current: Plan {
    // There is always one.
    state.withLock { $0.timeline.current! }
  }

  /// Claims the batch that starts at `start` and returns its plan. While the machines are off, everything
  /// before `now` is claimed with it.
  ///
  /// - Parameter oldest: The start of the oldest batch that may have to be simulated again.
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

  /// Changes the plan from the next batch on, atomically and durably: it is in the spool when this returns.
  /// An error from `change` leaves everything unchanged.
  ///
  /// - Parameter change: Receives the plan and the time from which it applies.
  func change(_ change: (inout Plan, Timestamp) throws -> Void) throws {
    try state.withLock { state in
      let last = state.timeline.entries.last!
      // The spool may have learned from the database that more was simulated than was known here.
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

  /// Records that the machines were off for a period that begins at the current position.
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
