internal import GRDB

/// Notes as rows of the table `confirmations`.
extension Expiry.Mark {
  /// All rows, in order.
  static func all(_ database: Database) throws -> [Expiry.Mark] {
    try Row.fetchAll(database, sql: "SELECT second, sequence FROM confirmations ORDER BY second")
      .map { Expiry.Mark(second: try $0.integer("second"), sequence: try $0.integer("sequence")) }
  }
}

extension Expiry.Changes {
  func write(_ database: Database) throws {
    if let retracted {
      try database.execute(
        sql: "DELETE FROM confirmations WHERE sequence > ?", arguments: [retracted])
    }
    if let expired {
      try database.execute(
        sql: "DELETE FROM confirmations WHERE sequence <= ?", arguments: [expired])
    }
    for note in notes {
      try database.cachedStatement(sql: "INSERT OR REPLACE INTO confirmations VALUES (?, ?)")
        .execute(arguments: [note.second, note.sequence])
    }
  }
}
