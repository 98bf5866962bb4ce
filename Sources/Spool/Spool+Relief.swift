internal import GRDB
internal import Synchronization

/// Recovery from a full disk.
extension Spool {
  /// Releases the ballast and drops all stored batches, whatever their retention; does nothing while
  /// the database is away.
  ///
  /// - Returns: Whether `bytes` can now be written without the file growing.
  func freeSpace(for bytes: Int) -> Bool {
    ballast.release()
    let evictable = expiry.withLock { $0.evictable(at: .now) } ?? 0
    do {
      try attempt { database, status throws in
        try forget(through: min(evictable, status.acknowledged), database, &status)
      }
      try checkpoint()
      // Pages are never filled completely.
      return try pool.read { try Spool.unusedBytes($0) } >= bytes + bytes / 4
    } catch {
      return false
    }
  }

  /// Reserves the ballast again.
  func settle() {
    try? checkpoint()
    ballast.take()
  }

  func checkpoint() throws {
    _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
  }

  /// In free pages of the file.
  private static func unusedBytes(_ database: Database) throws -> Int {
    let pages = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
    return pages * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
  }
}
