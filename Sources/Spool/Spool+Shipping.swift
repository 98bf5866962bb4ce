internal import GRDB
internal import Logging
public import Signals
internal import Synchronization
public import Time

/// The shipper's view of the spool.
extension Spool {
  /// The batches after `sequence`, in order, up to `bytes` but at least one.
  ///
  /// A damaged batch is moved to the table `quarantine` and skipped.
  public func batches(after sequence: Int64, bytes: Int) throws(SpoolError) -> [Batch] {
    while true {
      let found = try read { try Batch.following(sequence, bytes: bytes, $0) }
      guard let damaged = found.damaged else { return found.whole }
      try quarantine(damaged)
    }
  }

  /// The database has durably stored everything up to `sequence`.
  ///
  /// Recorded with the next change; after a crash the database reports it again. Never waits for a
  /// change in progress. Retention time advances only with these calls: when nothing is sent, call it
  /// every second.
  /// - Parameter tally: The newly acknowledged batches.
  public func acknowledge(through sequence: Int64, _ tally: Tally) {
    state.withLock { state in
      state.status.take(Acknowledgement(sequence: sequence, tally: tally))
      var sum = state.acknowledgement?.tally ?? Tally()
      sum += tally
      state.acknowledgement = Acknowledgement(sequence: sequence, tally: sum)
    }
    expiry.withLock { $0.confirm(sequence, at: .now) }
  }

  /// The database is away: until it confirms again, kept batches stay, however little room there is.
  public func suspend() { expiry.withLock { $0.suspend() } }

  /// Compares the spool with the database's watermark and brings them into agreement.
  ///
  /// What follows the watermark is then waiting: continue with ``batches(after:bytes:)`` from there.
  ///
  /// - Parameter rest: The part of a batch at or after a time: a batch with other bounds than the
  ///   database's may be partly stored.
  public func reconcile(
    with watermark: Watermark, rest: (Batch, Timestamp) -> Batch
  ) throws(SpoolError) -> Reconciliation {
    let status = status
    let knowledge = try read { database in
      Reconciliation.LocalState(
        last: status.last,
        oldest: try Int64.fetchOne(database, sql: "SELECT min(sequence) FROM batches"),
        acknowledged: status.acknowledged,
        throughOfWatermark: try Int64.fetchOne(
          database, sql: "SELECT through FROM batches WHERE sequence = ?",
          arguments: [watermark.sequence]
        ).map(Timestamp.init(microseconds:)))
    }
    let reconciliation = Reconciliation.of(watermark, knowledge)
    expiry.withLock {
      $0.retract(to: watermark.sequence)
      $0.confirm(watermark.sequence, at: .now)
    }
    do throws(SpoolError) {
      try change { database, status throws in
        switch reconciliation {
        case .renumber: try renumber(after: watermark, rest, database, &status)
        case .missing(let numbers):
          try Status.note(missing: numbers, database)
          status.addMissing(numbers)
        case .replay, .resume: break
        }
        status.acknowledged = watermark.sequence
        try status.count(database)
      }
    } catch {
      guard error.kind == .unwritable, reconciliation != .renumber else { throw error }
      // The database will report it again, and shipping may free space on a full disk.
      try agree(on: watermark.sequence, reconciliation)
    }
    return reconciliation
  }

  /// Updates the state in memory only.
  private func agree(on sequence: Int64, _ reconciliation: Reconciliation) throws(SpoolError) {
    let result: Result<Void, any Error> = writing.withLock { _ in
      Result {
        var changed = status
        changed.acknowledged = sequence
        if case .missing(let numbers) = reconciliation { changed.addMissing(numbers) }
        try pool.read { try changed.count($0) }
        state.withLock { $0.status = changed }
      }
    }
    do { try result.get() } catch { throw SpoolError(error, directory.path) }
  }

  private func renumber(
    after watermark: Watermark, _ rest: (Batch, Timestamp) -> Batch, _ database: Database,
    _ status: inout Status
  ) throws {
    let through = watermark.through
    try database.execute(
      sql: "DELETE FROM batches WHERE through <= ?", arguments: [through.microseconds])
    let divided = try Row.fetchOne(
      database, sql: "SELECT \(Batch.columns) FROM batches WHERE since < ?",
      arguments: [through.microseconds])
    if let (batch, isIntact) = try divided.map(Batch.read), isIntact {
      try database.execute(
        sql: "DELETE FROM batches WHERE sequence = ?", arguments: [batch.sequence])
      try rest(batch, through).insert(database)
    }
    let left = try Int64.fetchAll(database, sql: "SELECT sequence FROM batches ORDER BY sequence")
    // Via unused numbers, since each must stay unique meanwhile.
    try database.execute(sql: "UPDATE batches SET sequence = -sequence")
    for (offset, sequence) in left.enumerated() {
      try database.cachedStatement(sql: "UPDATE batches SET sequence = ? WHERE sequence = ?")
        .execute(arguments: [watermark.sequence + 1 + Int64(offset), -sequence])
    }
    status.last = watermark.sequence + Int64(left.count)
    status.frontier = max(status.frontier ?? watermark.through, watermark.through)
  }

  private func quarantine(_ batch: Batch) throws(SpoolError) {
    logger.error(
      "batch \(batch.sequence) is damaged and moved to the quarantine table",
      metadata: [
        "readings": "\(batch.count)", "since": "\(batch.since)", "in": "\(directory.path)",
      ])
    try change { database, status throws in
      try database.execute(
        sql: """
          INSERT INTO quarantine (\(Batch.columns), reason)
          SELECT \(Batch.columns), 'checksum mismatch' FROM batches WHERE sequence = ?
          """, arguments: [batch.sequence])
      try database.execute(
        sql: "DELETE FROM batches WHERE sequence = ?", arguments: [batch.sequence])
      try status.count(database)
    }
  }
}
