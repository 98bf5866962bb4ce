internal import GRDB
internal import Logging
public import Signals
internal import Synchronization
public import Time

/// Batches on disk, from the moment that the machines gave their readings until the database has them.
///
/// A batch is there for good once ``append(_:)`` has returned: SQLite, write-ahead log, every commit
/// synced. It stays until the database's watermark covers it, and for a while longer, should the
/// database lose it again. One process has a spool at a time; its threads share it.
public final class Spool: Sendable {
  /// What it may hold.
  public struct Limits: Sendable, Equatable {
    /// Of all batches together.
    public var bytes: Int
    /// How long a batch is kept after it was stored, in time that the database has confirmed. When room
    /// is short it goes earlier, but not while the database is away.
    public var keep: Duration

    public init(bytes: Int = 1 << 30, keep: Duration = .seconds(600)) {
      self.bytes = bytes
      self.keep = keep
    }
  }

  /// What a batch takes on the disk beside its rows.
  static let overhead = 64

  public let identity: String
  public let limits: Limits
  let directory: SpoolDirectory
  let ballast: Ballast
  let pool: DatabasePool
  let state: Mutex<State>
  /// Held through every change, so that what is on the disk and ``state`` change as one.
  let writing = Mutex(())
  let expiry: Mutex<Expiry>
  let logger = Logger(label: "spool")
  private let lock: SpoolLock

  /// Opens the spool in a directory, which is made when missing; saves what is whole after a crash.
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
      // Without them, what was acknowledged is kept as if it had been confirmed now.
      let notes = try? pool.read(Expiry.Note.all)
      expiry = Mutex(Expiry(keep: limits.keep, notes: notes ?? []))
      ballast.take()
    } catch {
      throw SpoolError(error, path)
    }
  }

  public var status: Status { state.withLock { $0.status } }

  /// When the oldest batch that waits begins; nil when none waits.
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

  /// Adds batches behind the others, all or none, and gives them their numbers; they are on the disk
  /// when it returns.
  ///
  /// - Throws: ``SpoolError``: of the kind ``SpoolError/Kind/full`` or
  ///   ``SpoolError/Kind/unwritable`` when there is no room; the same batches can be given again later.
  public func append(_ batches: [Batch]) throws(SpoolError) {
    let bytes = batches.reduce(0) { $0 + $1.rows.count }
    try change(bytes: bytes) { database, status throws in
      var added = Tally()
      for var batch in batches {
        if let frontier = status.frontier, batch.since < frontier {
          throw SpoolError(
            .outOfOrder,
            "a batch begins at \(batch.since), before \(frontier), where the newest ends")
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

  /// Writes down what was acknowledged and forgets what has been kept long enough; for times without
  /// an ``append(_:)``, which does it as well.
  public func tidy() throws(SpoolError) {
    guard expiry.withLock({ $0.hasExpired }), status.kept.batches > 0 else { return }
    try change { database, status throws in try makeRoom(database, &status) }
  }

  /// Writes down what was acknowledged and closes the files.
  public func close() {
    try? change { _, _ in }
    // The pool closes its readers last, and those cannot empty the journal.
    try? emptyJournal()
    try? pool.close()
  }

  /// Performs a change and what every change does, as one transaction; on a full disk once more, when
  /// there is something to forget.
  ///
  /// - Parameter bytes: How much is added to the file, more or less.
  func change(
    bytes: Int = 0, _ body: (Database, inout Status) throws -> Void
  ) throws(SpoolError) {
    do {
      try attempt(body)
    } catch {
      guard error.kind == .unwritable else { throw error }
      defer { settle() }
      guard relieve(for: bytes) else { throw error }
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
          // With what was acknowledged since the last change, which alone is not worth a sync.
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

  /// Forgets what was stored: what has been kept long enough, and more when room is short and the
  /// database is there.
  private func makeRoom(_ database: Database, _ status: inout Status) throws {
    let (expired, dispensable) = expiry.withLock {
      ($0.takeExpired() ?? 0, $0.dispensable(at: .now) ?? 0)
    }
    try forget(through: min(expired, status.acknowledged), database, &status)
    guard status.bytes > limits.bytes else { return }
    // A tenth at a time, not one batch for each that comes.
    let excess = status.bytes - (limits.bytes - limits.bytes / 10)
    try forget(
      excess, through: min(dispensable, status.acknowledged), database, &status)
    // One that is larger than all of the room would otherwise never go in.
    let isAlone = status.waiting.batches <= 1
    guard isAlone || status.bytes <= limits.bytes else {
      let kept = status.kept.bytes
      throw SpoolError(
        .full,
        """
        the spool in \(directory.path) is full: \(status.waiting.bytes) of at most \
        \(limits.bytes) bytes wait for the database\
        \(kept > 0 ? ", and \(kept) are kept until it confirms that it has them" : "")
        """)
    }
  }

  /// Forgets at least so many bytes, if there are as many, of the batches up to `sequence`.
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
