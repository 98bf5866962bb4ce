internal import FoundationEssentials
internal import GRDB
internal import Signals
internal import Time

/// Batches as rows of the table `batches`.
extension Batch {
  /// Over everything stored except the sequence number, which may change.
  var checksum: Int64 {
    var checksum = Checksum()
    checksum.update(since.microseconds)
    checksum.update(through.microseconds)
    checksum.update(Int64(count))
    checksum.update(rows)
    return checksum.value
  }

  static let columns = "sequence, since, through, readings, checksum, rows"

  /// Decodes a row of `batches`, and checks whether it is intact.
  static func read(_ row: Row) throws -> (batch: Batch, isIntact: Bool) {
    var batch = Batch(
      sequence: try row.integer("sequence"), since: Timestamp(microseconds: 0),
      through: Timestamp(microseconds: 0), count: 0, rows: [])
    do {
      batch.since = try row.timestamp("since")
      batch.through = try row.timestamp("through")
      batch.count = Int(try row.integer("readings"))
      batch.rows = try row.withUnsafeData(named: "rows") { $0.map { [UInt8]($0) } } ?? []
      return (batch, try batch.checksum == row.integer("checksum"))
    } catch {
      return (batch, false)
    }
  }

  /// Inserts the batch; its number must be free.
  func insert(_ database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO batches (\(Batch.columns))
        VALUES (?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      sequence, since.microseconds, through.microseconds, count, checksum, Data(rows),
    ])
  }

  /// The batches after `sequence`, in order, up to `bytes` but at least one, and the first among them
  /// that is damaged.
  static func following(_ sequence: Int64, bytes: Int, _ database: Database) throws
    -> (whole: [Batch], damaged: Batch?)
  {
    var batches: [Batch] = []
    var damaged: Batch?
    var size = 0
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: "SELECT \(columns) FROM batches WHERE sequence > ? ORDER BY sequence"),
      arguments: [sequence])
    while let row = try rows.next() {
      let (batch, isIntact) = try Batch.read(row)
      size += batch.rows.count
      if size > bytes, !batches.isEmpty { break }
      if isIntact { batches.append(batch) } else { damaged = damaged ?? batch }
    }
    return (batches, damaged)
  }
}
