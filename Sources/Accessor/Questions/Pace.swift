/// Knows which kinds of questions were slow of late, so that a session can be kept for the others: then
/// no number of slow questions stands in front of a fast one.
///
/// A pure value: it is told how long answers took, and says who may take the last free session.
struct Pace<Kind: Hashable, Instant: InstantProtocol> where Instant.Duration == Duration {
  /// An answer that took this long was slow.
  static var threshold: Duration { .milliseconds(20) }
  /// A kind counts as slow for this long after its last slow answer.
  static var memory: Duration { .seconds(10) }
  /// As kinds come from clients, their number has to have a bound.
  static var mostKinds: Int { 1024 }

  private var slowUntil: [Kind: Instant] = [:]
  private var lastFast: Instant?

  /// An answer has come, or has not come in time.
  mutating func record(_ kind: Kind, took: Duration, at now: Instant) {
    if took >= Self.threshold {
      if slowUntil.count >= Self.mostKinds { slowUntil = slowUntil.filter { $0.value > now } }
      guard slowUntil.count < Self.mostKinds || slowUntil[kind] != nil else { return }
      slowUntil[kind] = now.advanced(by: Self.memory)
    } else if !isSlow(kind, at: now) {
      lastFast = now
    }
  }

  /// Whether a question of this kind may take the last free session of several.
  func mayTakeLast(_ kind: Kind, at now: Instant) -> Bool {
    // When all are slow, as after a stall of the database, there is nobody to keep it for.
    guard let lastFast, lastFast.duration(to: now) < Self.memory else { return true }
    return !isSlow(kind, at: now)
  }

  private func isSlow(_ kind: Kind, at now: Instant) -> Bool {
    guard !slowUntil.isEmpty, let until = slowUntil[kind] else { return false }
    return until > now
  }
}
