internal import GRDB
internal import Logging

/// Opening a spool's database, whatever a crash has left of it.
enum SpoolFile {
  /// How many damaged files stay for somebody to look at.
  private static let damagedKept = 3

  static func open(_ directory: SpoolDirectory, _ ballast: Ballast, _ logger: Logger) throws
    -> (DatabasePool, Spool.Status)
  {
    try finishExchange(directory)
    directory.remove(directory.salvaging)
    do {
      do {
        return try openWhole(directory, logger)
      } catch let error as DatabaseError where isWantOfRoom(error) {
        ballast.giveBack()
        return try openWhole(directory, logger)
      }
    } catch let error as DatabaseError where isDamage(error) {
      logger.error(
        "the spool's file is damaged; what is whole in it is being saved",
        metadata: ["file": "\(directory.database)", "error": "\(error.message ?? "")"])
      let outcome = try Salvage.run(directory)
      logger.notice("the spool goes on: \(outcome)")
      try finishExchange(directory)
      return try openWhole(directory, logger)
    }
  }

  private static func openWhole(_ directory: SpoolDirectory, _ logger: Logger) throws
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
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the tables are not the spool's")
      }
      let forgotten = try pool.read(PlanEntry.countOfForgotten)
      if forgotten > 0 {
        try pool.write(PlanEntry.forget)
        logger.error(
          "plans in the spool are damaged; with those before them \(forgotten) are forgotten, and the readings of their time cannot be made or checked again",
          metadata: ["file": "\(directory.database)"])
      }
      return (pool, try pool.read { try Spool.Status(found: $0) })
    } catch {
      try? pool.close()
      throw error
    }
  }

  /// A newer release has taken our steps and others after them; whoever lacks one of ours is damaged.
  private static func refuseNewerRelease(_ pool: DatabasePool, _ directory: SpoolDirectory) throws {
    let taken = try pool.read(SpoolSchema.migrator.appliedIdentifiers)
    let ours = Set(SpoolSchema.migrator.migrations)
    if taken.isSubset(of: ours) { return }
    guard taken.isSuperset(of: ours) else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT, message: "nobody has made tables by these steps")
    }
    throw SpoolError(
      .unusable, "the spool in \(directory.path) is of a newer release; install that one")
  }

  private static func isWantOfRoom(_ error: DatabaseError) -> Bool {
    [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode)
  }

  private static func isDamage(_ error: DatabaseError) -> Bool {
    // SQLITE_ERROR: a schema that makes no sense.
    [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_ERROR].contains(error.resultCode)
  }

  /// Puts what was saved in the place of what is damaged, which stays beside it. A crash at any moment
  /// leaves a state from which this goes on.
  private static func finishExchange(_ directory: SpoolDirectory) throws {
    guard directory.has(directory.salvaged) else { return }
    let kept = try directory.damagedNumbers()
    let damaged = directory.damaged((kept.max() ?? 0) + 1)
    directory.remove(directory.sharedMemory)
    // First the journal: it must never meet a file that is not its own.
    try directory.move(
      directory.journal(of: directory.database), to: directory.journal(of: damaged))
    try directory.move(directory.database, to: damaged)
    try directory.move(directory.salvaged, to: directory.database)
    // A disk that damages a file again and again is not to be filled with them.
    for number in kept.sorted().dropLast(damagedKept - 1) {
      directory.remove(directory.damaged(number))
      directory.remove(directory.journal(of: directory.damaged(number)))
    }
  }
}
