internal import Postgres
internal import Signals
internal import Time

/// The daily partitions (UTC) of `machine_signals`.
struct Partitions {
  static let microsecondsPerDay: Int64 = 86_400_000_000
  /// How many days are created ahead, so that the partition exists at midnight.
  static let daysAhead: Int64 = 2

  /// The days since 1970 whose partitions are known to exist.
  private var known: Set<Int64> = []

  /// Creates missing partitions for these batches and the days after them.
  mutating func ensure(
    _ batches: [Batch], _ connection: borrowing PostgresConnection
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

  private static func make(_ day: Int64, _ connection: borrowing PostgresConnection)
    throws(PostgresError)
  {
    // With its owner's privileges: a writer may not create tables.
    try connection.execute("SELECT make_day_partition($1::text::date)", Parameters(label(day)))
  }

  /// `2026-11-24`
  static func label(_ day: Int64) -> String {
    String(Timestamp(microseconds: day * microsecondsPerDay).description.prefix(10))
  }
}
