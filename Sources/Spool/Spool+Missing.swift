internal import GRDB

/// The batches that neither the database nor the spool has any more, recorded for the life of the
/// spool.
extension Spool.Status {
  mutating func addMissing(_ numbers: ClosedRange<Int64>) {
    if !missing.contains(numbers) { missing.append(numbers) }
  }

  static func missing(_ database: Database) throws -> [ClosedRange<Int64>] {
    try Row.fetchAll(database, sql: "SELECT first, last FROM missing ORDER BY first, last").map {
      let first = try $0.integer("first")
      return first...max(first, try $0.integer("last"))
    }
  }

  static func note(missing numbers: ClosedRange<Int64>, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR IGNORE INTO missing VALUES (?, ?)",
      arguments: [numbers.lowerBound, numbers.upperBound])
  }
}
