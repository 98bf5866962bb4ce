import Signals

/// Decides which readings of an answer are new, and whether some were missed since the one before.
///
/// An answer is the newest readings at the server, at most `limit`. What has become visible since the
/// last answer is therefore in it, or older than all that is in it. Ids only name readings, in no order
/// and with holes; several machines share a moment; and what a machine kept during an outage comes in
/// late, between readings that are known. So a reading is known by its time, machine and id together,
/// and an answer that is full has left nothing out only if it reaches into what was known before.
struct ReadingFollower {
  /// What is new in an answer.
  struct News: Equatable {
    /// Oldest first; none of them was given before.
    var readings: [Reading] = []
    /// Where some may be missing.
    var gap: Gap?
  }

  /// A stretch of time, both ends included, from which readings could not be fetched.
  struct Gap: Equatable {
    /// nil when there was nothing before.
    let after: Timestamp?
    let before: Timestamp
    /// How many there would be at the rate of the readings behind it; 1 where nothing is before it.
    let estimate: Int
  }

  /// As the server orders them.
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

  /// How many answers' worth of readings are remembered. A standby that took over may lack the newest
  /// ones for a moment, and the oldest of its answer are then older than those of the last.
  private static let memory = 8

  private let limit: Int
  private let first: Int
  private var known: Set<Key> = []
  /// All before this are known, or were there before the beginning. Not those at it: of one moment
  /// some may become visible later.
  private var floor: Timestamp?
  private var hasBegun = false

  /// - Parameters:
  ///   - limit: How many readings are asked for at a time.
  ///   - first: How many of the first answer are news, the newest.
  init(limit: Int, first: Int) {
    self.limit = limit
    self.first = first
  }

  /// Takes an answer, in any order.
  mutating func take(_ answer: [Reading]) -> News {
    guard hasBegun else { return begin(answer) }
    let new = answer.filter { !isKnown($0) }
    let news = News(readings: Self.sorted(new), gap: gap(answer))
    remember(new)
    return news
  }

  private mutating func begin(_ answer: [Reading]) -> News {
    hasBegun = true
    // A full answer says nothing of what is older.
    if answer.count >= limit { floor = answer.map(\.timestamp).min() }
    remember(answer)
    return News(readings: Self.sorted(answer).suffix(first))
  }

  private func gap(_ answer: [Reading]) -> Gap? {
    guard answer.count >= limit, let oldest = answer.map(\.timestamp).min(),
      let newest = answer.map(\.timestamp).max()
    else { return nil }
    guard let newestKnown = known.map(\.timestamp).max() else {
      return Gap(after: nil, before: oldest, estimate: 1)
    }
    // Of those at the oldest moment itself some may have been cut off.
    let reachesKnown = answer.allSatisfy { $0.timestamp > oldest || isKnown($0) }
    if reachesKnown && oldest < newestKnown { return nil }
    guard let after = known.lazy.map(\.timestamp).filter({ $0 <= oldest }).max() ?? floor
    else { return nil }
    let span = newest - oldest
    // Several machines share a moment: those of the oldest came before the span.
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
