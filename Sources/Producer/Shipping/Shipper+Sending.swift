import EventLoop
import Logging
import Postgres
import SignalStore
import Signals
import Spool
import Synchronization
import Time

extension Shipper {
  /// The size of a transaction when there is a backlog.
  private static let transactionBytes = 8 << 20
  /// The amount read from the spool at a time while the database is busy.
  private static let stepBytes = 256 << 10

  /// Sends batches until the shipper ends.
  ///
  /// - Parameter isPrimary: Whether the writer's server is still the primary.
  func ship(
    _ writer: inout ReadingWriter, _ backoff: inout Backoff, while isPrimary: () -> Bool
  ) throws(Interruption) {
    var position = try reconcile(writer)
    // The batches that follow, read while the database is busy.
    var ahead: [Batch] = []
    while !isDone {
      heartbeat.wrappingAdd(1, ordering: .relaxed)
      arrival.reset()
      guard isPrimary() else {
        throw .database(
          PostgresError(
            sqlState: .isStandby, message: "the server is no longer the primary",
            action: "sending", sessionIsLost: true))
      }
      let batches = try ahead + next(after: ahead.last?.sequence ?? position, besides: ahead)
      ahead.removeAll()
      guard let last = batches.last else {
        succeed()
        if try !rest(at: position, writer) { position = try reconcile(writer) }
        continue
      }
      let isStored = try store(batches, after: position, &writer) {
        prefetch(&ahead, after: last.sequence)
      }
      guard isStored else {
        ahead.removeAll()
        position = try reconcile(writer)
        continue
      }
      position = last.sequence
      let tally = Spool.Tally(batches)
      spool.acknowledge(through: position, tally)
      makeRoom()
      // Not on connecting: a database may accept connections but not readings, for lack of space or rights.
      succeed()
      backoff.reset()
      state.withLock {
        $0.watermark = Watermark(sequence: position, through: last.through)
        $0.readingsWritten += tally.readings
        $0.batchesWritten += tally.batches
        $0.rate.add(tally.readings, at: .now)
      }
    }
  }

  /// Waits for more batches. Watches the session, so that its end is noticed even when idle; while batches
  /// are kept, also asks the database for its watermark, because the time to keep them counts only while it
  /// answers.
  ///
  /// - Returns: Whether the watermark is unchanged.
  private func rest(at position: Int64, _ writer: borrowing ReadingWriter) throws(Interruption)
    -> Bool
  {
    let isKeeping = spool.status.kept.batches > 0
    do throws(PostgresError) {
      let period = Duration.seconds(isKeeping ? 1 : 3600)
      if try writer.wait(for: arrival.descriptor, atMost: period) { return true }
      guard try writer.watermark().sequence == position else { return false }
    } catch {
      throw .database(error)
    }
    spool.acknowledge(through: position, Spool.Tally([]))
    makeRoom()
    return true
  }

  /// Reads some of the batches after `position`; errors are left to the next regular read.
  private func prefetch(_ ahead: inout [Batch], after position: Int64) {
    guard Shipper.size(ahead) < Shipper.transactionBytes else { return }
    let step = try? spool.batches(
      after: ahead.last?.sequence ?? position, bytes: Shipper.stepBytes)
    ahead += step ?? []
  }

  /// The batches that follow, as many as fit into one transaction together with `batches`.
  private func next(after position: Int64, besides batches: [Batch]) throws(Interruption) -> [Batch]
  {
    let room = Shipper.transactionBytes - Shipper.size(batches)
    guard room > 0 else { return [] }
    do {
      return try spool.batches(after: position, bytes: room)
    } catch {
      throw .spool(error)
    }
  }

  private static func size(_ batches: [Batch]) -> Int { batches.reduce(0) { $0 + $1.rows.count } }

  /// Stores batches in one transaction; if a reading is rejected, one batch at a time.
  ///
  /// - Returns: Whether the watermark was at the expected position.
  private func store(
    _ batches: [Batch], after position: Int64, _ writer: inout ReadingWriter,
    meanwhile: () -> Void
  ) throws(Interruption) -> Bool {
    do throws(PostgresError) {
      do throws(PostgresError) {
        return try writer.write(batches, after: position, meanwhile: meanwhile)
      } catch {
        guard error.isOfContent else { throw error }
      }
      var position = position
      for batch in batches {
        guard let refused = try writer.isolateRejects(batch, after: position) else { return false }
        position = batch.sequence
        if refused > 0 { recordDeadLetters(refused, batch) }
      }
      return true
    } catch {
      throw .database(error)
    }
  }

  private func recordDeadLetters(_ count: Int, _ batch: Batch) {
    logger.error(
      "the database rejected \(count) readings of batch \(batch.sequence); see its table dead_letters"
    )
    state.withLock { $0.deadLetters += count }
  }

  /// Makes the spool and the database agree on what is stored.
  private func reconcile(_ writer: borrowing ReadingWriter) throws(Interruption) -> Int64 {
    let watermark: Watermark
    let deadLetters: Int
    do {
      watermark = try writer.watermark()
      deadLetters = try writer.deadLetters()
      compareClocks(try writer.time())
    } catch {
      throw .database(error)
    }
    let reconciliation: Reconciliation
    do {
      reconciliation = try spool.reconcile(with: watermark) { $0.rest(from: $1) }
    } catch {
      throw .spool(error)
    }
    state.withLock {
      $0.watermark = watermark
      $0.deadLetters = deadLetters
    }
    if let message = reconciliation.message(watermark) {
      logger.log(level: message.level, "\(message.text)")
    }
    return watermark.sequence
  }
}
