import Simulation
import Time

extension Timeline {
  /// How the simulation resumes after the program was away.
  struct Resumption: Equatable {
    /// The start of the simulation.
    var cursor: Timestamp
    /// New entries of the timeline.
    var added: [Entry] = []
    /// How long the machines were off, when the absence was too long to catch up.
    var pause: Duration?
  }

  /// Determines how to resume.
  ///
  /// - Parameters:
  ///   - frontier: Everything before it was simulated; nil when nothing was.
  ///   - now: The time of the start, on a batch boundary.
  ///   - longest: The longest absence to catch up; for a longer one the machines count as off.
  ///   - configured: The plan in the settings. Its scenario begins when it takes effect.
  ///   - before: The plan in the settings when they last took effect; nil when unknown, in which case they
  ///     count as unchanged.
  func resumption(
    frontier: Timestamp?, now: Timestamp, longest: Duration, configured: Plan, before: Plan?
  ) -> Resumption {
    // A plan without a batch starts at its beginning: its batches may have been lost.
    guard let current, let frontier = frontier ?? entries.first?.since else {
      let beginning = frontier ?? now
      var plan = configured.begun(at: beginning)
      // Earlier readings were simulated from plans that are gone: this plan is not the first, although the
      // machines' previous states are unknown.
      if frontier != nil { plan.transition = PlanTransition(at: beginning, working: []) }
      return Resumption(cursor: beginning, added: [Entry(since: beginning, plan: plan)])
    }
    var resumption = Resumption(cursor: frontier)
    let followsSettings = before != nil && configured != before
    let next = followsSettings ? configured : current
    if let start = work(from: frontier), case let away = Duration.microseconds(now - start),
      away > longest
    {
      resumption.added = pause(from: start, to: now, then: next.begun(at: now))
      resumption.pause = away
    } else if followsSettings {
      let since = max(now, frontier)
      resumption.added = [entry(next.begun(at: since), since: since)]
    }
    return resumption
  }

  /// The first moment at or after `time` at which the machines are not off; nil when there is none.
  private func work(from time: Timestamp) -> Timestamp? {
    if (plan(at: time) ?? current)?.isRunning == true { return time }
    return entries.first { $0.since > time && $0.plan.isRunning }?.since
  }

  /// The entries that turn the machines off for a period, whatever was planned.
  func pause(from start: Timestamp, to end: Timestamp, then next: Plan) -> [Entry] {
    guard var off = plan(at: start) ?? current else { return [] }
    off.isRunning = false
    let beginning = entry(off, since: start)
    return [
      beginning, Entry(since: end, plan: next.succeeding(Fleet(beginning.plan), at: end)),
    ]
  }

  /// An entry that succeeds the plan in force at its start, which need not be the latest one.
  private func entry(_ plan: Plan, since: Timestamp) -> Entry {
    guard let previous = self.plan(at: since) ?? current else {
      return Entry(since: since, plan: plan)
    }
    return Entry(since: since, plan: plan.succeeding(Fleet(previous), at: since))
  }
}
