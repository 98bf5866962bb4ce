/// Decides whether all parts of a program still turn, from the turns that each has counted.
///
/// A pure value: it is told the counts and the time.
struct Liveness<Instant: InstantProtocol> {
  private struct Part {
    let allowance: Instant.Duration
    var turns: UInt64
    var movedAt: Instant
  }

  private var parts: [Part]

  /// - Parameter allowances: How long each part may take for a turn.
  init(allowances: [Instant.Duration], at now: Instant) {
    parts = allowances.map { Part(allowance: $0, turns: 0, movedAt: now) }
  }

  /// The parts that have not turned for longer than they may.
  mutating func stuck(turns: [UInt64], at now: Instant) -> [Int] {
    for (index, count) in turns.enumerated() where count != parts[index].turns {
      parts[index].turns = count
      parts[index].movedAt = now
    }
    return parts.indices.filter { parts[$0].movedAt.duration(to: now) > parts[$0].allowance }
  }
}
