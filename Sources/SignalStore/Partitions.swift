internal import Postgres
internal import Signals
internal import Time

/// The days into which `machine_signals` is divided: a partition holds the readings of one, in UTC.
struct Partitions {
  static let microsecondsPerDay: Int64 = 86_400_000_000
  /// How many days are made ahead, so that midnight finds its partition there.
  static let daysAhead: Int64 = 2

  /// The days, counted from 1970, that are known to exist.
  private var known: Set<Int64> = []

  /// Makes what is missing for these batches, and for the days after the latest.
  mutating func ensure(
    _ batches: [Batch], _ connection: borrowing Connection
  ) throws(PostgresError) {
    var days: Set<Int64> = []
    for batch in batches {
      days.formUnion(Partitions.day(of: batch.since)...Partitions.day(of: batch.through + -1))
    }
    if let last = days.max() { days.formUnion(last...last + Partitions.daysAhead) }
    for day in days.subtracting(known).sorted() {
      try Partitions.make(day, connection)
      known.insert(day)
    }
  }

  static func day(of time: Timestamp) -> Int64 {
    time.microseconds.floorDivided(by: microsecondsPerDay).quotient
  }

  private static func make(_ day: Int64, _ connection: borrowing Connection) throws(PostgresError) {
    // With its owner's rights: a writer may not make tables itself.
    try connection.execute("SELECT make_day_partition($1::text::date)", Parameters(label(day)))
  }

  /// As in `2026-11-24`.
  private static func label(_ day: Int64) -> String {
    String(Timestamp(microseconds: day * microsecondsPerDay).description.prefix(10))
  }
}
