import SignalsAPI
import Time

/// Decides which readings of a response are new, and whether some were missed since the previous one.
///
/// A response holds the newest readings on the server, at most `limit`. What has become visible since
/// the last response is therefore in it, or older than everything in it. Ids identify readings but are
/// neither ordered nor contiguous; machines share timestamps; and a backlog after an outage arrives
/// late, between known readings. So a reading is identified by time, machine and id together, and a full
/// response is complete only if it overlaps with what was known before.
struct ReadingFollower {
  /// What is new in a response.
  struct Update: Equatable {
    /// Oldest first, without duplicates.
    var readings: [Reading] = []
    /// Where readings may be missing.
    var gap: Gap?
  }

  /// A period, both ends included, whose readings could not be fetched.
  struct Gap: Equatable {
    /// nil when nothing is known before it.
    let after: Timestamp?
    let before: Timestamp
    /// The number of missing readings at the rate of those after it; 1 when nothing is before it.
    let estimate: Int
  }

  /// The order of the server.
  private struct Key: Hashable, Comparable {
    let timestamp: Timestamp
    let machine: String
    let id: Int64

    init(_ reading: Reading) {
      timestamp = reading.timestamp
      machine = reading.machine
      id = reading.id
    }

    static func < (a: Key, b: Key) -> Bool {
      (a.timestamp, a.machine, a.id) < (b.timestamp, b.machine, b.id)
    }
  }

  /// How many responses' worth of readings are remembered. After a failover the standby may lack the
  /// newest for a moment, and its response then reaches further back than the last one.
  private static let memory = 8

  private let limit: Int
  private let first: Int
  private var known: Set<Key> = []
  /// Everything before this is known, or was there at the start. Not readings at this very time: more of
  /// them may become visible later.
  private var floor: Timestamp?
  private var hasBegun = false

  /// - Parameters:
  ///   - limit: The number of readings per request.
  ///   - first: How many readings of the first response, the newest, count as new.
  init(limit: Int, first: Int) {
    self.limit = limit
    self.first = first
  }

  /// Takes the readings of a response, in any order.
  mutating func take(_ answer: [Reading]) -> Update {
    guard hasBegun else { return begin(answer) }
    let new = answer.filter { !isKnown($0) }
    let update = Update(readings: Self.sorted(new), gap: gap(answer))
    remember(new)
    return update
  }

  private mutating func begin(_ answer: [Reading]) -> Update {
    hasBegun = true
    // A full response does not tell what is older.
    if answer.count >= limit { floor = answer.map(\.timestamp).min() }
    remember(answer)
    return Update(readings: Self.sorted(answer).suffix(first))
  }

  private func gap(_ answer: [Reading]) -> Gap? {
    guard answer.count >= limit, let oldest = answer.map(\.timestamp).min(),
      let newest = answer.map(\.timestamp).max()
    else { return nil }
    guard let newestKnown = known.map(\.timestamp).max() else {
      return Gap(after: nil, before: oldest, estimate: 1)
    }
    // Readings at the oldest timestamp may have been cut off.
    let reachesKnown = answer.allSatisfy { $0.timestamp > oldest || isKnown($0) }
    if reachesKnown && oldest < newestKnown { return nil }
    guard let after = known.lazy.map(\.timestamp).filter({ $0 <= oldest }).max() ?? floor
    else { return nil }
    let span = newest - oldest
    // Machines share timestamps: readings at the oldest one are before the span.
    let inSpan = answer.count { $0.timestamp > oldest }
    let rate = span > 0 ? Double(inSpan) / Double(span) : 0
    let atOnce = Double(answer.count { $0.timestamp == newest })
    let estimate = (Double(oldest - after) * rate).rounded() - atOnce
    return Gap(after: after, before: oldest, estimate: Int(max(1, min(estimate, 1e15))))
  }

  private func isKnown(_ reading: Reading) -> Bool {
    floor.map { reading.timestamp < $0 } ?? false || known.contains(Key(reading))
  }

  private mutating func remember(_ readings: [Reading]) {
    known.formUnion(readings.lazy.map(Key.init))
    guard known.count > 2 * Self.memory * limit else { return }
    let newestFirst = known.sorted(by: >)
    let floor = newestFirst[Self.memory * limit].timestamp
    self.floor = floor
    known = Set(newestFirst.prefix { $0.timestamp >= floor })
  }

  private static func sorted(_ readings: [Reading]) -> [Reading] {
    readings.sorted { Key($0) < Key($1) }
  }
}
