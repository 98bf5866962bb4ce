import Signals
import Simulation

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
