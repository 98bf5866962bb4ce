internal import GRDB
internal import Logging
public import Signals
internal import Synchronization
public import Time

/// What the one who sends batches to the database needs.
extension Spool {
  /// The batches that follow `sequence`, in order: at most `bytes` of them, but one if there is one.
  ///
  /// One that is not what was written is set aside in the table `quarantine` and passed over.
  public func batches(after sequence: Int64, bytes: Int) throws(SpoolError) -> [Batch] {
    while true {
      let found = try read { try Batch.following(sequence, bytes: bytes, $0) }
      guard let damaged = found.damaged else { return found.whole }
      try quarantine(damaged)
    }
  }

  /// The database has everything up to `sequence` for good.
  ///
  /// Written down with the next change: should the process die before, the database tells again. It does
  /// not wait for a change that is under way. Time of keeping passes only with these calls: where nothing is
  /// sent, tell it each second.
  /// - Parameter tally: What waited until now and is among it.
  public func acknowledge(through sequence: Int64, _ tally: Tally) {
    state.withLock { state in
      state.status.take(Acknowledgement(sequence: sequence, tally: tally))
      var sum = state.acknowledgement?.tally ?? Tally()
      sum += tally
      state.acknowledgement = Acknowledgement(sequence: sequence, tally: sum)
    }
    expiry.withLock { $0.confirm(sequence, at: .now) }
  }

  /// The database is away: until it confirms again, what is kept stays, whatever room there is.
  public func suspend() { expiry.withLock { $0.suspend() } }

  /// Compares with what the database has, and puts the spool in agreement with it.
  ///
  /// What follows the watermark is then what waits: continue with ``batches(after:bytes:)`` from there.
  ///
  /// - Parameter rest: What of a batch lies at or after a moment: one that was made with other bounds
  ///   than the one that the database has may be stored in part.
  public func reconcile(
    with watermark: Watermark, rest: (Batch, Timestamp) -> Batch
  ) throws(SpoolError) -> Reconciliation {
    let status = status
    let knowledge = try read { database in
      Reconciliation.Knowledge(
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
      // The database will say it again, and sending is what can make room on a full disk.
      try agree(on: watermark.sequence, reconciliation)
    }
    return reconciliation
  }

  /// Takes note of what is stored, in memory only.
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
    if let (batch, isWhole) = try divided.map(Batch.read), isWhole {
      try database.execute(
        sql: "DELETE FROM batches WHERE sequence = ?", arguments: [batch.sequence])
      try rest(batch, through).insert(database)
    }
    let left = try Int64.fetchAll(database, sql: "SELECT sequence FROM batches ORDER BY sequence")
    // Through numbers that nobody has, since each must stay unique on the way.
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
      "batch \(batch.sequence) is damaged; it is set aside in the spool's table quarantine",
      metadata: [
        "readings": "\(batch.count)", "since": "\(batch.since)", "in": "\(directory.path)",
      ])
    try change { database, status throws in
      try database.execute(
        sql: """
          INSERT INTO quarantine (\(Batch.columns), reason)
          SELECT \(Batch.columns), 'the checksum does not hold' FROM batches WHERE sequence = ?
          """, arguments: [batch.sequence])
      try database.execute(
        sql: "DELETE FROM batches WHERE sequence = ?", arguments: [batch.sequence])
      try status.count(database)
    }
  }
}
