/// Tracks which kinds of queries are slow, so that one session can be kept for the others: no number of
/// slow queries then delays a fast one.
///
/// A kind is slow when its first query was, or after two slow ones within a few; sixteen fast ones make up
/// for each. A single slow query is forgiven: a momentary stall must not send a kind that thousands of
/// clients use to the back of the queue.
///
/// A pure value.
struct SlowQueryTracker<Kind: Hashable, Instant: InstantProtocol>
where Instant.Duration == Duration {
  /// Queries that take at least this long are slow.
  static var threshold: Duration { .milliseconds(20) }
  /// Fast queries that make up for a slow one.
  static var fastAnswersNeeded: Int { 16 }
  /// How long the history of a kind is kept after its last query.
  static var memory: Duration { .seconds(60) }
  /// How long a session is reserved after the last query of a fast kind.
  static var reservation: Duration { .seconds(10) }
  /// Clients choose the kinds, so their number must be bounded.
  static var maxKinds: Int { 1024 }

  private struct History {
    /// Fast queries needed to count as fast again.
    var debt: Int
    var since: Instant

    var isSlow: Bool { debt > fastAnswersNeeded }
  }

  private var histories: [Kind: History] = [:]
  private var lastFast: Instant?

  /// Records a query that was answered or has timed out.
  mutating func record(_ kind: Kind, took: Duration, at now: Instant) {
    let previous = history(of: kind, at: now)?.debt
    let debt =
      took < Self.threshold
      ? max((previous ?? 0) - 1, 0)
      : previous.map { min($0 + Self.fastAnswersNeeded, 2 * Self.fastAnswersNeeded) } ?? 2
        * Self.fastAnswersNeeded
    let history = History(debt: debt, since: now)
    if !history.isSlow { lastFast = now }
    if histories.count >= Self.maxKinds, histories[kind] == nil {
      histories = histories.filter { $0.value.debt > 0 && isFresh($0.value, at: now) }
      guard histories.count < Self.maxKinds else { return }
    }
    histories[kind] = history
  }

  /// Whether a query of this kind may take the last idle session of several.
  func mayUseLastSession(_ kind: Kind, at now: Instant) -> Bool {
    // When all kinds are slow, as after a stall, there is nothing to reserve it for.
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
