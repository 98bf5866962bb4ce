internal import GRDB
internal import Logging

/// Opens a spool's database, whatever a crash has left of it.
enum SpoolFile {
  /// How many damaged files are kept for inspection.
  private static let damagedKept = 3

  static func open(_ directory: SpoolDirectory, _ ballast: Ballast, _ logger: Logger) throws
    -> (DatabasePool, Spool.Status)
  {
    try finishExchange(directory)
    directory.remove(directory.salvaging)
    do {
      do {
        return try openIntact(directory, logger)
      } catch let error as DatabaseError where isOutOfSpace(error) {
        ballast.release()
        return try openIntact(directory, logger)
      }
    } catch let error as DatabaseError where isCorruption(error) {
      logger.error(
        "spool file is damaged; salvaging intact batches",
        metadata: ["file": "\(directory.database)", "error": "\(error.message ?? "")"])
      let outcome = try Salvage.run(directory)
      logger.notice("spool recovered: \(outcome)")
      try finishExchange(directory)
      return try openIntact(directory, logger)
    }
  }

  private static func openIntact(_ directory: SpoolDirectory, _ logger: Logger) throws
    -> (DatabasePool, Spool.Status)
  {
    let pool = try DatabasePool(path: directory.database, configuration: SpoolSchema.configuration)
    do {
      let complaint = try pool.read {
        try String.fetchOne($0, sql: "PRAGMA quick_check(1)") ?? "no answer"
      }
      guard complaint == "ok" else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: complaint)
      }
      try pool.writeWithoutTransaction { try $0.execute(sql: SpoolSchema.durability) }
      try refuseNewerRelease(pool, directory)
      try SpoolSchema.migrator.migrate(pool)
      guard try pool.read(SpoolSchema.description) == SpoolSchema.intended() else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "unexpected tables")
      }
      let forgotten = try pool.read(PlanEntry.forgottenCount)
      if forgotten > 0 {
        try pool.write(PlanEntry.forget)
        logger.error(
          "plans in the spool are damaged; \(forgotten) plans dropped, so the readings of their time cannot be reproduced or verified",
          metadata: ["file": "\(directory.database)"])
      }
      return (pool, try pool.read { try Spool.Status(found: $0) })
    } catch {
      try? pool.close()
      throw error
    }
  }

  /// A newer release has applied all of our migrations and more; a spool that lacks one of ours is
  /// damaged.
  private static func refuseNewerRelease(_ pool: DatabasePool, _ directory: SpoolDirectory) throws {
    let taken = try pool.read(SpoolSchema.migrator.appliedIdentifiers)
    let ours = Set(SpoolSchema.migrator.migrations)
    if taken.isSubset(of: ours) { return }
    guard taken.isSuperset(of: ours) else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT, message: "unexpected migrations")
    }
    throw SpoolError(
      .unusable, "spool in \(directory.path) was created by a newer release; upgrade the program")
  }

  private static func isOutOfSpace(_ error: DatabaseError) -> Bool {
    [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode)
  }

  private static func isCorruption(_ error: DatabaseError) -> Bool {
    // SQLITE_ERROR: an inconsistent schema.
    [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_ERROR].contains(error.resultCode)
  }

  /// Replaces the damaged file with the salvaged one and keeps it beside it. After a crash at any point
  /// this can be resumed.
  private static func finishExchange(_ directory: SpoolDirectory) throws {
    guard directory.has(directory.salvaged) else { return }
    let kept = try directory.damagedNumbers()
    let damaged = directory.damaged((kept.max() ?? 0) + 1)
    directory.remove(directory.sharedMemory)
    // The journal first: it must never meet another file.
    try directory.move(
      directory.journal(of: directory.database), to: directory.journal(of: damaged))
    try directory.move(directory.database, to: damaged)
    try directory.move(directory.salvaged, to: directory.database)
    // Keep only a few: a failing disk may damage a file again and again.
    for number in kept.sorted().dropLast(damagedKept - 1) {
      directory.remove(directory.damaged(number))
      directory.remove(directory.journal(of: directory.damaged(number)))
    }
  }
}
