internal import GRDB
internal import Logging
public import Signals
internal import Synchronization
public import Time

/// Batches on disk, from simulation until the database has them.
///
/// A batch is durable once ``append(_:)`` has returned: SQLite in WAL mode, every commit synced. It
/// stays until the database's watermark covers it, and a while longer, in case the database loses it
/// again. Only one process uses a spool at a time; its threads share it.
public final class Spool: Sendable {
  /// Size and retention.
  public struct Limits: Sendable, Equatable {
    /// Of all batches.
    public var bytes: Int
    /// How long a batch is kept after it was stored, in confirmed time. It is dropped earlier when room
    /// is short, but not while the database is away.
    public var keep: Duration

    public init(bytes: Int = 1 << 30, keep: Duration = .seconds(600)) {
      self.bytes = bytes
      self.keep = keep
    }
  }

  /// The size of a batch on disk in addition to its rows.
  static let overhead = 64

  public let identity: String
  public let limits: Limits
  let directory: SpoolDirectory
  let ballast: Ballast
  let pool: DatabasePool
  let state: Mutex<State>
  /// Held during every change, so that the disk and ``state`` change together.
  let writing = Mutex(())
  let expiry: Mutex<Expiry>
  let logger = Logger(label: "spool")
  private let lock: SpoolLock

  /// Opens the spool in a directory, creating it if necessary, and recovers from a crash.
  ///
  /// - Throws: ``SpoolError``; of the kind ``SpoolError/Kind/inUse`` when another process has it.
  public init(directory path: String, limits: Limits = Limits()) throws(SpoolError) {
    directory = try SpoolDirectory(path)
    lock = try SpoolLock(directory: path)
    self.limits = limits
    ballast = Ballast(file: directory.ballast)
    identity = try directory.identity()
    do {
      let (pool, found) = try SpoolFile.open(directory, ballast, logger)
      self.pool = pool
      state = Mutex(State(status: found))
      // Without notes, stored batches are kept as if confirmed now.
      let notes = try? pool.read(Expiry.Mark.all)
      expiry = Mutex(Expiry(keep: limits.keep, notes: notes ?? []))
      ballast.take()
    } catch {
      throw SpoolError(error, path)
    }
  }

  public var status: Status { state.withLock { $0.status } }

  /// When the oldest waiting batch begins; nil when none waits.
  public func oldest() throws(SpoolError) -> Timestamp? {
    let acknowledged = status.acknowledged
    return try read { database in
      try Int64.fetchOne(
        database,
        sql: "SELECT since FROM batches WHERE sequence > ? ORDER BY sequence LIMIT 1",
        arguments: [acknowledged]
      ).map(Timestamp.init(microseconds:))
    }
  }

  /// Appends batches, all or none, and numbers them; they are on disk when it returns.
  ///
  /// - Throws: ``SpoolError``: of the kind ``SpoolError/Kind/full`` or ``SpoolError/Kind/unwritable``
  ///   when there is no room; the same batches can be appended later.
  public func append(_ batches: [Batch]) throws(SpoolError) {
    let bytes = batches.reduce(0) { $0 + $1.rows.count }
    try change(bytes: bytes) { database, status throws in
      var added = Tally()
      for var batch in batches {
        if let frontier = status.frontier, batch.since < frontier {
          throw SpoolError(
            .outOfOrder,
            "a batch begins at \(batch.since), before the end of the newest at \(frontier)")
        }
        status.last += 1
        batch.sequence = status.last
        status.frontier = batch.through
        try batch.insert(database)
        added += Tally(batch)
      }
      status.waiting += added
      try makeRoom(database, &status)
    }
  }

  /// Records acknowledgements and drops expired batches; for times without an ``append(_:)``, which
  /// does the same.
  public func tidy() throws(SpoolError) {
    guard expiry.withLock({ $0.hasExpired }), status.kept.batches > 0 else { return }
    try change { database, status throws in try makeRoom(database, &status) }
  }

  /// Records acknowledgements and closes the files.
  public func close() {
    try? change { _, _ in }
    // The pool closes its readers last, and those cannot checkpoint the journal.
    try? checkpoint()
    try? pool.close()
  }

  /// Performs a change, together with what every change does, as one transaction; retries once on a
  /// full disk if space can be freed.
  ///
  /// - Parameter bytes: The approximate number of bytes added.
  func change(
    bytes: Int = 0, _ body: (Database, inout Status) throws -> Void
  ) throws(SpoolError) {
    do {
      try attempt(body)
    } catch {
      guard error.kind == .unwritable else { throw error }
      defer { settle() }
      guard freeSpace(for: bytes) else { throw error }
      try attempt(body)
    }
  }

  func attempt(_ body: (Database, inout Status) throws -> Void) throws(SpoolError) {
    let result: Result<Void, any Error> = writing.withLock { _ in
      var changed = state.withLock { state in
        state.acknowledgement = nil
        return state.status
      }
      var confirmations = Expiry.Changes()
      return Result {
        try pool.write { database in
          try body(database, &changed)
          confirmations = expiry.withLock { $0.changes }
          try confirmations.write(database)
          // Includes what was acknowledged since the last change, which is not worth a sync of its own.
          try database.cachedStatement(
            sql: "UPDATE progress SET sequence = ?, frontier = ?, acknowledged = ?"
          ).execute(arguments: [
            changed.last, changed.frontier?.microseconds, changed.acknowledged,
          ])
        }
        expiry.withLock { $0.note(written: confirmations) }
        state.withLock { state in
          if let acknowledgement = state.acknowledgement { changed.take(acknowledgement) }
          state.status = changed
        }
      }
    }
    do { try result.get() } catch let error as SpoolError { throw error } catch {
      throw SpoolError(error, directory.path)
    }
  }

  func read<T>(_ body: (Database) throws -> T) throws(SpoolError) -> T {
    do { return try pool.read(body) } catch { throw SpoolError(error, directory.path) }
  }

  /// Drops expired batches, and more when room is short and the database is present.
  private func makeRoom(_ database: Database, _ status: inout Status) throws {
    let (expired, evictable) = expiry.withLock {
      ($0.takeExpired() ?? 0, $0.evictable(at: .now) ?? 0)
    }
    try forget(through: min(expired, status.acknowledged), database, &status)
    guard status.bytes > limits.bytes else { return }
    // A tenth at a time rather than one batch for each new one.
    let excess = status.bytes - (limits.bytes - limits.bytes / 10)
    try forget(
      excess, through: min(evictable, status.acknowledged), database, &status)
    // A batch larger than the limit would otherwise never be accepted.
    let isAlone = status.waiting.batches <= 1
    guard isAlone || status.bytes <= limits.bytes else {
      let kept = status.kept.bytes
      throw SpoolError(
        .full,
        """
        spool in \(directory.path) is full: \(status.waiting.bytes) of at most \
        \(limits.bytes) bytes waiting for the database\
        \(kept > 0 ? ", \(kept) more kept until it confirms them" : "")
        """)
    }
  }

  /// Drops batches up to `sequence` until at least `bytes` are freed.
  private func forget(
    _ bytes: Int, through sequence: Int64, _ database: Database, _ status: inout Status
  ) throws {
    guard status.kept.batches > 0, sequence > 0 else { return }
    var excess = bytes
    let candidates = try Row.fetchCursor(
      database,
      sql: """
        SELECT sequence, length(rows) AS bytes FROM batches WHERE sequence <= ? ORDER BY sequence
        """, arguments: [sequence])
    var last: Int64 = 0
    while excess > 0, let row = try candidates.next() {
      last = try row.integer("sequence")
      excess -= Int(try row.integer("bytes")) + Spool.overhead
    }
    try forget(through: last, database, &status)
  }

  func forget(through sequence: Int64, _ database: Database, _ status: inout Status) throws {
    guard status.kept.batches > 0, sequence > 0 else { return }
    let gone = try Tally.of("sequence <= \(sequence)", database)
    guard gone.batches > 0 else { return }
    try database.execute(sql: "DELETE FROM batches WHERE sequence <= ?", arguments: [sequence])
    status.kept -= gone
  }
}
