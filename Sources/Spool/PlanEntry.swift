internal import GRDB
public import Time

/// What was to be simulated from a moment on, in a form that the spool does not look into.
public struct PlanEntry: Hashable, Sendable {
  public var since: Timestamp
  public var plan: String

  public init(since: Timestamp, plan: String) {
    self.since = since
    self.plan = plan
  }
}

/// A plan as a row of the table `plans`.
extension PlanEntry {
  /// Over all that is kept of it.
  var checksum: Int64 {
    var checksum = Checksum()
    checksum.update(since.microseconds)
    checksum.update(plan)
    return checksum.value
  }

  /// What is written in a row; nil when the row is not what was written.
  private init?(_ row: Row) {
    guard let since = try? row.timestamp("since"), let plan = try? row.text("plan") else {
      return nil
    }
    self.init(since: since, plan: plan)
    // A spool of an earlier release has none, and is not changed by those who only read it.
    guard row.hasColumn("checksum") else { return }
    guard let kept = try? row.integer("checksum"), kept == checksum else { return nil }
  }

  /// Stores it; the moment must be free.
  func insert(_ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO plans (since, plan, checksum) VALUES (?, ?, ?)",
      arguments: [since.microseconds, plan, checksum])
  }

  /// Those that are what was written, the oldest first.
  ///
  /// What lies before one that is damaged is left out with it: the stretch of time that the damaged one
  /// was for would otherwise count as that of the one before.
  static func all(_ database: Database) throws -> [PlanEntry] {
    var entries: [PlanEntry] = []
    try append(to: &entries, database)
    return entries.reversed()
  }

  /// The same, the newest first; an error leaves those that could be read.
  static func append(to entries: inout [PlanEntry], _ database: Database) throws {
    let rows = try Row.fetchCursor(database, sql: "SELECT * FROM plans ORDER BY since DESC")
    while let row = try rows.next(), let entry = PlanEntry(row) { entries.append(entry) }
  }

  /// How many ``all(_:)`` leaves out.
  static func countOfForgotten(_ database: Database) throws -> Int {
    let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM plans") ?? 0
    return try count - all(database).count
  }

  /// Deletes what ``all(_:)`` leaves out.
  static func forget(_ database: Database) throws {
    let oldest = try all(database).first?.since.microseconds ?? .max
    try database.execute(sql: "DELETE FROM plans WHERE since < ?", arguments: [oldest])
  }
}
