/// When what is stored has been kept for long enough, in time that the database has confirmed.
///
/// Time passes only with confirmations, at most ``step`` with each: while the database is away, or
/// another takes its place, nothing gets older. What was confirmed in one second of that time is one
/// note: there are only as many as seconds in the time of keeping, whatever the number of batches.
struct Expiry: Equatable {
  /// The newest batch that was confirmed within a second of confirmed time.
  struct Note: Equatable {
    var second: Int64
    var sequence: Int64
  }

  /// What the spool's file does not have yet.
  struct Changes: Equatable {
    /// Notes of batches up to this one are of no use any more.
    var expired: Int64?
    /// The database has lost what follows this batch.
    var retracted: Int64?
    var notes: [Note] = []

    var isEmpty: Bool { self == Changes() }
  }

  /// How much time passes with a confirmation at most.
  static let step = Duration.seconds(1)
  /// Without a confirmation for so long, the database counts as away.
  static let lull = Duration.seconds(5)

  private let keep: Duration
  /// Confirmed time since the first note.
  private var clock = Duration.zero
  private var notes: [Note] = []
  private var lastConfirmation: ContinuousClock.Instant?
  /// What the database had at that time; nil until it was asked.
  private var confirmed: Int64?
  private var expired: Int64?
  private var retracted: Int64?
  /// The newest second whose note the file has.
  private var written: Int64

  /// - Parameter notes: Those of the file, in order. What was confirmed after them has no note, and is
  ///   kept as if it had been confirmed now.
  init(keep: Duration, notes: [Note] = []) {
    self.keep = keep
    for note in notes {
      // Time passes in steps of a second at most: before a gap the notes, or their times, are not right.
      if let last = self.notes.last {
        if note.sequence < last.sequence || note.second != last.second + 1 { self.notes = [] }
      }
      self.notes.append(note)
    }
    written = self.notes.last?.second ?? -1
    clock = .seconds(written + 1)
  }

  /// The database has said that everything up to `sequence` is stored.
  mutating func confirm(_ sequence: Int64, at instant: ContinuousClock.Instant) {
    if let lastConfirmation {
      clock += min(max(instant - lastConfirmation, .zero), Expiry.step)
    }
    lastConfirmation = instant
    confirmed = sequence
    if let last = notes.last, last.second == second {
      notes[notes.count - 1].sequence = sequence
    } else {
      notes.append(Note(second: second, sequence: sequence))
    }
  }

  /// The database has lost what was stored after `sequence`.
  mutating func retract(to sequence: Int64) {
    notes.removeAll { $0.sequence > sequence }
    confirmed = confirmed.map { min($0, sequence) }
    retracted = min(retracted ?? sequence, sequence)
    written = min(written, notes.last?.second ?? -1)
  }

  /// The database is away: no time passes, and nothing is given up, until it confirms again.
  mutating func suspend() { lastConfirmation = nil }

  /// The newest batch that may be given up before its time; nil while the database is away: it may come
  /// back with less than it had.
  func dispensable(at instant: ContinuousClock.Instant) -> Int64? {
    guard let lastConfirmation, instant - lastConfirmation < Expiry.lull else { return nil }
    return confirmed
  }

  /// Whether something has expired since ``takeExpired()``.
  var hasExpired: Bool { !passed.isEmpty }

  /// The newest batch that has been kept for long enough; nil when none has since the last call.
  mutating func takeExpired() -> Int64? {
    guard let last = passed.last, let confirmed else { return nil }
    notes.removeFirst(passed.count)
    expired = max(expired ?? 0, last.sequence)
    return min(last.sequence, confirmed)
  }

  /// What is to be written into the file. A second that is not over is left for later.
  var changes: Changes {
    Changes(
      expired: expired, retracted: retracted,
      notes: notes.reversed().prefix { $0.second > written }.filter { $0.second < second }
        .reversed())
  }

  /// The file has these changes.
  mutating func note(written changes: Changes) {
    if expired == changes.expired { expired = nil }
    if retracted == changes.retracted { retracted = nil }
    if retracted == nil, let last = changes.notes.last { written = max(written, last.second) }
  }

  private var second: Int64 { clock.components.seconds }

  private var passed: ArraySlice<Note> {
    // Before the database was asked it may have lost any of them.
    guard confirmed != nil else { return [] }
    return notes.prefix { note in
      // A note's second counts from its end.
      keep == .zero || .seconds(note.second + 1) + keep <= clock
    }
  }
}
