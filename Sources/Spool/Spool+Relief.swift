internal import GRDB
internal import Synchronization

/// What is done on a full disk.
extension Spool {
  /// Forgets all that the database has, whatever time it was to be kept for, in the room that was set
  /// aside; nothing while the database is away.
  ///
  /// - Returns: Whether so much can be written now without the file growing.
  func relieve(for bytes: Int) -> Bool {
    ballast.giveBack()
    let dispensable = expiry.withLock { $0.dispensable(at: .now) } ?? 0
    do {
      try attempt { database, status throws in
        try forget(through: min(dispensable, status.acknowledged), database, &status)
      }
      try emptyJournal()
      // Pages are never filled to the last byte.
      return try pool.read { try Spool.unusedBytes($0) } >= bytes + bytes / 4
    } catch {
      return false
    }
  }

  /// Takes the room again for the next time.
  func settle() {
    try? emptyJournal()
    ballast.take()
  }

  func emptyJournal() throws {
    _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
  }

  /// In pages of the file that nothing is in.
  private static func unusedBytes(_ database: Database) throws -> Int {
    let pages = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
    return pages * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
  }
}
