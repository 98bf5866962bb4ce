internal import Postgres
internal import Signals

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
    let name = "machine_signals_\(label(day).filter { $0 != "-" })"
    try connection.transaction { session throws(PostgresError) in
      try session.execute("SELECT pg_advisory_xact_lock(x'7369676e616c74'::bigint)")
      let existing = try session.execute("SELECT to_regclass($1) IS NOT NULL", Parameters(name))
      guard !existing.boolean(0, 0) else { return }
      // Made beside the table and then attached: making it in place would lock out every reader.
      try session.execute(
        "CREATE TABLE \(name) (LIKE machine_signals INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
      try session.execute(
        """
        ALTER TABLE machine_signals ATTACH PARTITION \(name)
          FOR VALUES FROM ('\(label(day)) 00:00+00') TO ('\(label(day + 1)) 00:00+00')
        """)
    }
  }

  /// As in `2026-11-24`.
  private static func label(_ day: Int64) -> String {
    String(Timestamp(microseconds: day * microsecondsPerDay).description.prefix(10))
  }
}
