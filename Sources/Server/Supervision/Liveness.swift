/// Detects loops of a program that have stopped, from their iteration counts.
///
/// A pure value.
struct Liveness<Instant: InstantProtocol> {
  private struct Part {
    let allowance: Instant.Duration
    var iterations: UInt64
    var movedAt: Instant
  }

  private var parts: [Part]

  /// - Parameter allowances: The time limit of one iteration, by part.
  init(allowances: [Instant.Duration], at now: Instant) {
    parts = allowances.map { Part(allowance: $0, iterations: 0, movedAt: now) }
  }

  /// The parts whose current iteration exceeds its time limit.
  mutating func stuck(iterations: [UInt64], at now: Instant) -> [Int] {
    for (index, count) in iterations.enumerated() where count != parts[index].iterations {
      parts[index].iterations = count
      parts[index].movedAt = now
    }
    return parts.indices.filter { parts[$0].movedAt.duration(to: now) > parts[$0].allowance }
  }
}
