import FoundationEssentials
import Signals
import Simulation
import Spool

/// What is simulated when: plans in the order of time, each in force until the next.
///
/// With it the readings of every moment can be made again, after a crash or to check the database.
struct Timeline: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    var since: Timestamp
    var plan: Plan
  }

  /// A stretch of time by one plan.
  struct Segment: Sendable, Equatable {
    var since: Timestamp
    var until: Timestamp
    var plan: Plan
  }

  private(set) var entries: [Entry]

  /// - Parameter entries: In the order of time.
  init(_ entries: [Entry]) { self.entries = entries }

  /// The plan that was made last; in force now or from the next batch on.
  var current: Plan? { entries.last?.plan }

  /// The plan in force at a moment; nil before the first.
  func plan(at time: Timestamp) -> Plan? { segment(at: time)?.plan }

  /// The plan in force at a moment, and until when; nil before the first.
  func segment(at time: Timestamp) -> Segment? {
    guard let index = entries.lastIndex(where: { $0.since <= time }) else { return nil }
    let until = index + 1 < entries.count ? entries[index + 1].since : Timestamp(microseconds: .max)
    return Segment(since: entries[index].since, until: until, plan: entries[index].plan)
  }

  /// Forgets what lies before the plan that is in force at `time`.
  mutating func forget(before time: Timestamp) {
    let past = entries.dropFirst().prefix { $0.since <= time }.count
    entries.removeFirst(past)
  }

  /// Plans something else from a moment on; what was planned for then or later is dropped.
  mutating func add(_ entry: Entry) {
    entries.removeAll { $0.since >= entry.since }
    entries.append(entry)
  }
}

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
      return Resumption(
        cursor: beginning,
        added: [Entry(since: beginning, plan: configured.begun(at: beginning))])
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

extension PlanEntry {
  init(_ entry: Timeline.Entry) {
    self.init(since: entry.since, plan: entry.plan.text)
  }
}

extension Timeline.Entry {
  /// - Throws: ``UnreadablePlan``
  init(_ entry: PlanEntry) throws(UnreadablePlan) {
    self.init(since: entry.since, plan: try Plan(text: entry.plan))
  }
}

extension Plan {
  /// As the spool keeps it.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // A plan has nothing that JSON cannot say.
    return String(decoding: try! encoder.encode(self), as: UTF8.self)
  }

  init(text: String) throws(UnreadablePlan) {
    do {
      self = try JSONDecoder().decode(Plan.self, from: Data(text.utf8))
    } catch {
      throw UnreadablePlan(text: text)
    }
  }
}

/// A plan in the spool that this program cannot follow.
struct UnreadablePlan: Error, CustomStringConvertible {
  let text: String

  var description: String {
    """
    the spool holds a plan that this release does not understand, perhaps of a newer one: \
    \(text.prefix(200)); install that release, or empty the spool and remove it
    """
  }
}
