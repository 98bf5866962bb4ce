internal import GRDB
public import Time

/// A plan and when it takes effect; the spool does not interpret it.
public struct PlanEntry: Hashable, Sendable {
  public var since: Timestamp
  public var plan: String

  public init(since: Timestamp, plan: String) {
    self.since = since
    self.plan = plan
  }
}

/// Plans as rows of the table `plans`.
extension PlanEntry {
  /// Over everything stored.
  var checksum: Int64 {
    var checksum = Checksum()
    checksum.update(since.microseconds)
    checksum.update(plan)
    return checksum.value
  }

  /// Decodes a row; nil when it is damaged.
  private init?(_ row: Row) {
    guard let since = try? row.timestamp("since"), let plan = try? row.text("plan") else {
      return nil
    }
    self.init(since: since, plan: plan)
    // A spool of an earlier release has no checksums, and readers do not migrate it.
    guard row.hasColumn("checksum") else { return }
    guard let kept = try? row.integer("checksum"), kept == checksum else { return nil }
  }

  /// Inserts the entry; its time must be free.
  func insert(_ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO plans (since, plan, checksum) VALUES (?, ?, ?)",
      arguments: [since.microseconds, plan, checksum])
  }

  /// The intact entries, oldest first.
  ///
  /// Entries before a damaged one are left out with it: otherwise the earlier plan would appear to
  /// cover the time of the damaged one.
  static func all(_ database: Database) throws -> [PlanEntry] {
    var entries: [PlanEntry] = []
    try append(to: &entries, database)
    return entries.reversed()
  }

  /// The same, newest first; on an error, those read so far are kept.
  static func append(to entries: inout [PlanEntry], _ database: Database) throws {
    let rows = try Row.fetchCursor(database, sql: "SELECT * FROM plans ORDER BY since DESC")
    while let row = try rows.next(), let entry = PlanEntry(row) { entries.append(entry) }
  }

  /// The number of entries that ``all(_:)`` leaves out.
  static func forgottenCount(_ database: Database) throws -> Int {
    let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM plans") ?? 0
    return try count - all(database).count
  }

  /// Deletes the entries that ``all(_:)`` leaves out.
  static func forget(_ database: Database) throws {
    let oldest = try all(database).first?.since.microseconds ?? .max
    try database.execute(sql: "DELETE FROM plans WHERE since < ?", arguments: [oldest])
  }
}
