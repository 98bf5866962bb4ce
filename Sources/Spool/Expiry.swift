/// Decides when stored batches have been kept long enough, in time confirmed by the database.
///
/// Time advances only with confirmations, by at most ``step`` each: while the database is away or
/// replaced by another, nothing expires. All confirmations within a second share one note, so there are
/// as many notes as seconds in the retention time, whatever the number of batches.
struct Expiry: Equatable {
  /// The newest batch confirmed within one second of confirmed time.
  struct Mark: Equatable {
    var second: Int64
    var sequence: Int64
  }

  /// Changes not yet written to the file.
  struct Changes: Equatable {
    /// Notes of batches up to this one are obsolete.
    var expired: Int64?
    /// The database has lost the batches after this one.
    var retracted: Int64?
    var notes: [Mark] = []

    var isEmpty: Bool { self == Changes() }
  }

  /// The maximum time that a confirmation advances.
  static let step = Duration.seconds(1)
  /// After this long without a confirmation the database counts as away.
  static let awayThreshold = Duration.seconds(5)

  private let keep: Duration
  /// Confirmed time since the first note.
  private var clock = Duration.zero
  private var notes: [Mark] = []
  private var lastConfirmation: ContinuousClock.Instant?
  /// The last confirmed batch; nil before the first confirmation.
  private var confirmed: Int64?
  private var expired: Int64?
  private var retracted: Int64?
  /// The newest second whose note has been written.
  private var written: Int64

  /// - Parameter notes: The stored notes, in order. Batches confirmed after them are kept as if
  ///   confirmed now.
  init(keep: Duration, notes: [Mark] = []) {
    self.keep = keep
    for note in notes {
      // Time advances by at most a second per step: notes before a gap, or their times, are invalid.
      if let last = self.notes.last {
        if note.sequence < last.sequence || note.second != last.second + 1 { self.notes = [] }
      }
      self.notes.append(note)
    }
    written = self.notes.last?.second ?? -1
    clock = .seconds(written + 1)
  }

  /// The database has confirmed everything up to `sequence`.
  mutating func confirm(_ sequence: Int64, at instant: ContinuousClock.Instant) {
    if let lastConfirmation {
      clock += min(max(instant - lastConfirmation, .zero), Expiry.step)
    }
    lastConfirmation = instant
    confirmed = sequence
    if let last = notes.last, last.second == second {
      notes[notes.count - 1].sequence = sequence
    } else {
      notes.append(Mark(second: second, sequence: sequence))
    }
  }

  /// The database has lost the batches after `sequence`.
  mutating func retract(to sequence: Int64) {
    notes.removeAll { $0.sequence > sequence }
    confirmed = confirmed.map { min($0, sequence) }
    retracted = min(retracted ?? sequence, sequence)
    written = min(written, notes.last?.second ?? -1)
  }

  /// The database is away: no time passes and nothing is dropped until it confirms again.
  mutating func suspend() { lastConfirmation = nil }

  /// The newest batch that may be dropped early; nil while the database is away, since it may return
  /// with less than it had.
  func evictable(at instant: ContinuousClock.Instant) -> Int64? {
    guard let lastConfirmation, instant - lastConfirmation < Expiry.awayThreshold else {
      return nil
    }
    return confirmed
  }

  /// Whether something has expired since ``takeExpired()``.
  var hasExpired: Bool { !passed.isEmpty }

  /// The newest batch that has been kept long enough; nil when none has expired since the last call.
  mutating func takeExpired() -> Int64? {
    guard let last = passed.last, let confirmed else { return nil }
    notes.removeFirst(passed.count)
    expired = max(expired ?? 0, last.sequence)
    return min(last.sequence, confirmed)
  }

  /// The changes to write. The current second is left for later.
  var changes: Changes {
    Changes(
      expired: expired, retracted: retracted,
      notes: notes.reversed().prefix { $0.second > written }.filter { $0.second < second }
        .reversed())
  }

  /// The changes have been written.
  mutating func note(written changes: Changes) {
    if expired == changes.expired { expired = nil }
    if retracted == changes.retracted { retracted = nil }
    if retracted == nil, let last = changes.notes.last { written = max(written, last.second) }
  }

  private var second: Int64 { clock.components.seconds }

  private var passed: ArraySlice<Mark> {
    // Before the first confirmation the database may have lost any of them.
    guard confirmed != nil else { return [] }
    return notes.prefix { note in
      // A note's second counts from its end.
      keep == .zero || .seconds(note.second + 1) + keep <= clock
    }
  }
}
