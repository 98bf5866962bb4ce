import Signals
import Simulation

extension Timeline {
  /// How the machines go on after the program was away.
  struct Resumption: Equatable {
    /// From where on there are readings to be made.
    var cursor: Timestamp
    /// What is new on the timeline.
    var added: [Entry] = []
    /// How long the machines were off, because the program was away for longer than it catches up.
    var pause: Duration?
  }

  /// Decides how to go on.
  ///
  /// - Parameters:
  ///   - frontier: Everything before it was simulated; nil when nothing was.
  ///   - now: The moment of the start, on the edge of a batch.
  ///   - longest: What is caught up at most; with more to catch up the machines count as off.
  ///   - configured: What the settings say. Its scenario begins when it is followed.
  ///   - before: What they said when they were last followed; nil when that is not known, and then they
  ///     count as they are.
  func resumption(
    frontier: Timestamp?, now: Timestamp, longest: Duration, configured: Plan, before: Plan?
  ) -> Resumption {
    // A plan without a batch was to be followed from its beginning, had its batches not been lost.
    guard let current, let frontier = frontier ?? entries.first?.since else {
      let beginning = frontier ?? now
      var plan = configured.begun(at: beginning)
      // What was simulated before was by plans that are gone: this one is not the first, whatever it
      // knows of how the machines were left.
      if frontier != nil { plan.handover = Handover(at: beginning, working: []) }
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

  /// The entries by which the machines are off for some time, whatever was planned for it.
  func pause(from start: Timestamp, to end: Timestamp, then next: Plan) -> [Entry] {
    guard var off = plan(at: start) ?? current else { return [] }
    off.isRunning = false
    let beginning = entry(off, since: start)
    return [
      beginning, Entry(since: end, plan: next.succeeding(Fleet(beginning.plan), at: end)),
    ]
  }

  /// A plan that takes over at some moment from the one that is in force until then, which need not be
  /// the one that was made last.
  private func entry(_ plan: Plan, since: Timestamp) -> Entry {
    guard let previous = self.plan(at: since) ?? current else {
      return Entry(since: since, plan: plan)
    }
    return Entry(since: since, plan: plan.succeeding(Fleet(previous), at: since))
  }
}
