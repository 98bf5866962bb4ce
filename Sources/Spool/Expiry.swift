/// When what was acknowledged has been kept for long enough.
///
/// Notes are a second or more apart, and what comes in between counts with the one before: there are
/// only as many as seconds in the time of keeping, whatever the number of batches.
struct Expiry {
  private var notes: [(sequence: Int64, instant: ContinuousClock.Instant)] = []

  /// Everything up to `sequence` is stored.
  mutating func note(_ sequence: Int64, at instant: ContinuousClock.Instant) {
    if let last = notes.last, last.sequence == sequence { return }
    if let last = notes.last, instant - last.instant < .seconds(1) {
      notes[notes.count - 1] = (sequence, last.instant)
    } else {
      notes.append((sequence, instant))
    }
  }

  /// The newest batch that was stored by `instant`.
  mutating func expired(at instant: ContinuousClock.Instant) -> Int64? {
    let passed = notes.prefix { $0.instant <= instant }
    guard let last = passed.last else { return nil }
    // The last of them stays: it is the answer until another has passed.
    notes.removeFirst(passed.count - 1)
    return last.sequence
  }

  /// The database has lost what was stored after `sequence`.
  mutating func retract(to sequence: Int64) {
    notes.removeAll { $0.sequence > sequence }
  }
}
