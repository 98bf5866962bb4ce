internal import GRDB
public import Signals
public import Time

/// Counts and sizes of the spool.
extension Spool {
  /// Counts of some batches.
  public struct Tally: Sendable, Equatable {
    public internal(set) var batches = 0
    public internal(set) var readings = 0
    public internal(set) var bytes = 0

    static func += (sum: inout Tally, other: Tally) {
      sum.batches += other.batches
      sum.readings += other.readings
      sum.bytes += other.bytes
    }

    static func -= (sum: inout Tally, other: Tally) {
      sum.batches -= other.batches
      sum.readings -= other.readings
      sum.bytes -= other.bytes
    }
  }

  /// The state of the spool.
  public struct Status: Sendable {
    /// Batches not yet in the database.
    public internal(set) var waiting = Tally()
    /// Stored batches, kept for ``Limits/keep``.
    public internal(set) var kept = Tally()
    /// Damaged batches, in the table `quarantine`.
    public internal(set) var quarantined = Tally()
    /// The numbers of batches that neither the database nor the spool has any more.
    public internal(set) var missing: [ClosedRange<Int64>] = []
    /// The number of the newest batch; 0 before the first.
    public internal(set) var last: Int64 = 0
    /// The number of the newest batch known to be stored in the database.
    public internal(set) var acknowledged: Int64 = 0
    /// The end of the newest batch: everything before it was simulated. Nil before the first.
    public internal(set) var frontier: Timestamp?

    /// Of all batches.
    var bytes: Int { waiting.bytes + kept.bytes }
  }

  /// State shared between threads.
  struct State {
    var status: Status
    /// What was acknowledged since the current change began, which does not know of it.
    var acknowledgement: Acknowledgement?
  }

  /// The database has everything up to `sequence`; `tally` is the newly acknowledged part.
  struct Acknowledgement {
    var sequence: Int64
    var tally: Tally
  }
}

extension Spool.Tally {
  /// Of these batches.
  public init(_ batches: some Sequence<Batch>) {
    self.init()
    for batch in batches { self += Spool.Tally(batch) }
  }

  init(_ batch: Batch) {
    self.init(batches: 1, readings: batch.count, bytes: batch.rows.count + Spool.overhead)
  }

  /// Of the batches that match a condition.
  static func of(_ condition: String, _ database: Database) throws -> Spool.Tally {
    try of(table: "batches", condition, database)
  }

  /// Of the quarantined batches.
  static func quarantined(_ database: Database) throws -> Spool.Tally {
    try of(table: "quarantine", "true", database)
  }

  private static func of(table: String, _ condition: String, _ database: Database) throws
    -> Spool.Tally
  {
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT count(*) AS batches, coalesce(sum(readings), 0) AS readings,
          coalesce(sum(length(rows) + \(Spool.overhead)), 0) AS bytes
        FROM \(table) WHERE \(condition)
        """)
    guard let row else { return Spool.Tally() }
    return Spool.Tally(
      batches: Int(try row.integer("batches")), readings: Int(try row.integer("readings")),
      bytes: Int(try row.integer("bytes")))
  }
}

extension Spool.Status {
  /// As recorded on disk, without counting.
  init(progress database: Database) throws {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT sequence, frontier, acknowledged FROM progress")
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "table progress is empty") }
    last = try row.integer("sequence")
    acknowledged = try row.integer("acknowledged")
    frontier = row.isNull("frontier") ? nil : try row.timestamp("frontier")
  }

  /// As found on disk. The recorded progress may be damaged; the batches themselves are decisive.
  init(found database: Database) throws {
    try self.init(progress: database)
    let newest = try Row.fetchOne(
      database, sql: "SELECT \(Batch.columns) FROM batches ORDER BY sequence DESC LIMIT 1")
    if let (batch, isIntact) = try newest.map(Batch.read) {
      last = max(last, batch.sequence)
      if isIntact { frontier = max(frontier ?? batch.through, batch.through) }
    }
    acknowledged = min(max(acknowledged, 0), last)
    missing = try Spool.Status.missing(database)
    try count(database)
  }

  mutating func take(_ acknowledgement: Spool.Acknowledgement) {
    acknowledged = acknowledgement.sequence
    waiting -= acknowledgement.tally
    kept += acknowledgement.tally
  }

  /// Counts the batches again.
  mutating func count(_ database: Database) throws {
    waiting = try .of("sequence > \(acknowledged)", database)
    kept = try .of("sequence <= \(acknowledged)", database)
    quarantined = try .quarantined(database)
  }
}
