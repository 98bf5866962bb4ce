internal import FoundationEssentials
internal import GRDB
internal import Signals
internal import Time

/// Copies the intact part of a damaged spool to a new file.
///
/// Batches after the last intact one were lost with the end of the file: they are dropped and simulated
/// again, since simulation continues from the last batch present. A batch missing before it is recorded
/// in the quarantine.
enum Salvage {
  struct Outcome: CustomStringConvertible {
    var batches = 0
    var lost = 0
    var description: String { "\(batches) batches salvaged, \(lost) lost" }
  }

  static func run(_ directory: SpoolDirectory) throws -> Outcome {
    var configuration = SpoolSchema.configuration
    configuration.label = "damaged spool"
    // SQLite opens a file shorter than its header says only in this mode.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA writable_schema = ON") }
    // As far as it can still be opened.
    let damaged = try? DatabaseQueue(path: directory.database, configuration: configuration)
    let new = try DatabaseQueue(path: directory.salvaging, configuration: SpoolSchema.configuration)
    try SpoolSchema.migrator.migrate(new)
    var outcome = Outcome()
    if let damaged { try copy(damaged, new, &outcome) }
    try? damaged?.close()
    try new.close()
    try directory.move(directory.salvaging, to: directory.salvaged)
    return outcome
  }

  private static func copy(
    _ damaged: DatabaseQueue, _ new: DatabaseQueue, _ outcome: inout Outcome
  ) throws {
    let progress = try? damaged.read { try Spool.Status(progress: $0) }
    let acknowledged = progress?.acknowledged ?? 0
    var plans: [PlanEntry] = []
    try? damaged.read { try PlanEntry.append(to: &plans, $0) }
    let quarantined =
      (try? damaged.read { try Row.fetchAll($0, sql: "SELECT * FROM quarantine") }) ?? []
    let missing = (try? damaged.read(Spool.Status.missing)) ?? []
    let configured = (try? damaged.read(Spool.configured)) ?? nil
    try new.write { database in
      var (first, last): (Batch?, Batch?) = (nil, nil)
      for sequence in sequences(damaged, progress) {
        guard let batch = try? damaged.read({ try whole(sequence, $0) }) else {
          outcome.lost += 1
          continue
        }
        try batch.insert(database)
        outcome.batches += 1
        first = first ?? batch
        last = batch
      }
      // The stream continues after the last intact batch, even if the database has later ones: the
      // watermark shows that. Without any batch there is only the recorded progress, valid if nothing
      // was waiting.
      let isNoteEnough = last == nil && progress?.acknowledged == progress?.last
      let newest = last?.sequence ?? (isNoteEnough ? acknowledged : 0)
      let frontier = last?.through ?? (isNoteEnough ? progress?.frontier : nil)
      for entry in plans { try entry.insert(database) }
      for numbers in missing { try Spool.Status.note(missing: numbers, database) }
      if let configured { try Spool.note(configured: configured, database) }
      try database.execute(
        sql: "UPDATE progress SET sequence = ?, frontier = ?, acknowledged = ?",
        arguments: [newest, frontier?.microseconds, min(acknowledged, newest)])
      for row in quarantined { try quarantineRow(row, reason: row["reason"], database) }
      let setAsideBefore = Set(
        quarantined.compactMap { Int64.fromDatabaseValue($0["sequence"] ?? .null) })
      // Missing acknowledged batches were stored. Nothing is known of the time before the first batch.
      let known = progress == nil ? (first?.sequence ?? 1) - 1 : acknowledged
      for hole in try holes(database, after: known, before: newest)
      where !setAsideBefore.contains(hole) {
        let row = try? damaged.read {
          try Row.fetchOne(
            $0, sql: "SELECT \(Batch.columns) FROM batches WHERE sequence = ?", arguments: [hole])
        }
        try quarantineRow(
          row ?? Row(["sequence": hole]),
          reason: row == nil ? "unreadable" : "checksum mismatch", database)
      }
    }
  }

  /// Records what is left of a batch in the quarantine, without columns of the wrong type.
  private static func quarantineRow(_ row: Row, reason: String?, _ database: Database) throws {
    func integer(_ column: String) -> Int64? { Int64.fromDatabaseValue(row[column] ?? .null) }
    try database.execute(
      sql: """
        INSERT INTO quarantine (\(Batch.columns), reason) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        integer("sequence") ?? 0, integer("since"), integer("through"), integer("readings"),
        integer("checksum"), Data.fromDatabaseValue(row["rows"] ?? .null),
        reason ?? "unreadable",
      ])
  }

  /// The sequence numbers that can be found, in order; a damaged index or page ends the search from one
  /// end.
  private static func sequences(_ damaged: DatabaseQueue, _ progress: Spool.Status?) -> [Int64] {
    var found: Set<Int64> = []
    for order in ["ASC", "DESC"] {
      try? damaged.read { database in
        let numbers = try Int64.fetchCursor(
          database, sql: "SELECT sequence FROM batches ORDER BY sequence \(order)")
        while let number = try numbers.next() { found.insert(number) }
      }
    }
    if let progress, (0...widestGap).contains(progress.last - progress.acknowledged) {
      found.formUnion(progress.acknowledged + 1..<progress.last + 1)
    }
    return found.sorted()
  }

  private static func whole(_ sequence: Int64, _ database: Database) throws -> Batch? {
    let row = try Row.fetchOne(
      database, sql: "SELECT \(Batch.columns) FROM batches WHERE sequence = ?",
      arguments: [sequence])
    guard let (batch, isIntact) = try row.map(Batch.read), isIntact else { return nil }
    return batch
  }

  /// More batches than this cannot be missing in the middle of a file: a number must be damaged.
  private static let widestGap: Int64 = 1_000_000

  /// The numbers between two others that have no batch.
  private static func holes(
    _ database: Database, after acknowledged: Int64, before last: Int64
  ) throws -> [Int64] {
    var holes: [Int64] = []
    var next = acknowledged + 1
    let there = try Int64.fetchAll(
      database, sql: "SELECT sequence FROM batches WHERE sequence > ? ORDER BY sequence",
      arguments: [acknowledged])
    for sequence in there where sequence <= last {
      if sequence - next <= widestGap { holes += next..<max(sequence, next) }
      next = sequence + 1
    }
    return holes
  }
}
