import Simulation
import Time

/// What is simulated when: plans in chronological order, each in force until the next.
///
/// It allows simulating any period again, after a crash or to verify the database.
struct Timeline: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    var since: Timestamp
    var plan: Plan
  }

  /// A period with a single plan.
  struct Segment: Sendable, Equatable {
    var since: Timestamp
    var until: Timestamp
    var plan: Plan
  }

  private(set) var entries: [Entry]

  /// - Parameter entries: In chronological order.
  init(_ entries: [Entry]) { self.entries = entries }

  /// The latest plan, in force now or from the next batch on.
  var current: Plan? { entries.last?.plan }

  /// The plan in force at a time; nil before the first.
  func plan(at time: Timestamp) -> Plan? { segment(at: time)?.plan }

  /// The plan in force at a time, and its end; nil before the first.
  func segment(at time: Timestamp) -> Segment? {
    guard let index = entries.lastIndex(where: { $0.since <= time }) else { return nil }
    let until = index + 1 < entries.count ? entries[index + 1].since : Timestamp(microseconds: .max)
    return Segment(since: entries[index].since, until: until, plan: entries[index].plan)
  }

  /// Removes entries before the plan in force at `time`.
  mutating func forget(before time: Timestamp) {
    let past = entries.dropFirst().prefix { $0.since <= time }.count
    entries.removeFirst(past)
  }

  /// Adds an entry, replacing those at or after its start.
  mutating func add(_ entry: Entry) {
    entries.removeAll { $0.since >= entry.since }
    entries.append(entry)
  }
}
