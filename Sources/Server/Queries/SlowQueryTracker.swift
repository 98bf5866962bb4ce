/// Knows which kinds of questions are slow, so that a session can be kept for the others: then no
/// number of slow questions stands in front of a fast one.
///
/// A kind is slow after its first answer was, or after two slow ones within a few; sixteen fast answers
/// make up for each. One that the machine has held up for a moment is forgiven: a kind that thousands
/// ask for would otherwise have to queue behind the slow ones.
///
/// A pure value: it is told how long answers took, and says who may take the last free session.
struct SlowQueryTracker<Kind: Hashable, Instant: InstantProtocol>
where Instant.Duration == Duration {
  /// An answer that took this long was slow.
  static var threshold: Duration { .milliseconds(20) }
  /// Fast answers that make up for a slow one.
  static var amends: Int { 16 }
  /// What a kind was like is forgotten this long after its last answer.
  static var memory: Duration { .seconds(60) }
  /// A session is kept for this long after the last answer to a kind that is not slow.
  static var reservation: Duration { .seconds(10) }
  /// As kinds come from clients, their number has to have a bound.
  static var mostKinds: Int { 1024 }

  private struct History {
    /// Fast answers that are owed.
    var debt: Int
    var since: Instant

    var isSlow: Bool { debt > amends }
  }

  private var histories: [Kind: History] = [:]
  private var lastFast: Instant?

  /// An answer has come, or has not come in time.
  mutating func record(_ kind: Kind, took: Duration, at now: Instant) {
    let previous = history(of: kind, at: now)?.debt
    let debt =
      took < Self.threshold
      ? max((previous ?? 0) - 1, 0)
      : previous.map { min($0 + Self.amends, 2 * Self.amends) } ?? 2 * Self.amends
    let history = History(debt: debt, since: now)
    if !history.isSlow { lastFast = now }
    if histories.count >= Self.mostKinds, histories[kind] == nil {
      histories = histories.filter { $0.value.debt > 0 && isFresh($0.value, at: now) }
      guard histories.count < Self.mostKinds else { return }
    }
    histories[kind] = history
  }

  /// Whether a question of this kind may take the last free session of several.
  func mayTakeLast(_ kind: Kind, at now: Instant) -> Bool {
    // When all are slow, as after a stall of the database, there is nobody to keep it for.
    guard let lastFast, lastFast.duration(to: now) < Self.reservation else { return true }
    return history(of: kind, at: now)?.isSlow != true
  }

  private func history(of kind: Kind, at now: Instant) -> History? {
    guard let history = histories[kind], isFresh(history, at: now) else { return nil }
    return history
  }

  private func isFresh(_ history: History, at now: Instant) -> Bool {
    history.since.duration(to: now) < Self.memory
  }
}
