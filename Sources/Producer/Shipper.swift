import EventLoop
import Logging
import Postgres
import SignalStore
import Signals
import Simulation
import Spool
import Synchronization
import SystemPackage

/// Sends batches from the spool to the database, in order, on a thread of its own.
///
/// A batch counts as stored once the database's watermark says so. Whatever fails is tried again
/// without end.
final class Shipper: Sendable {
  /// How the sending goes.
  struct Status: Sendable {
    var isConnected = false
    /// What went wrong last, safe to show; nil since the database answers.
    var lastError: String?
    /// The same in full, for the log.
    var lastFailure: String?
    var readingsWritten = 0
    var batchesWritten = 0
    var rate = RateMeter()
    /// How far the database has got, when it was last heard of.
    var watermark: Watermark?
    /// Readings that the database refused for what they are.
    var deadLetters = 0
    /// Batches that neither the database nor the spool has any more.
    var missing: [ClosedRange<Int64>] = []
    /// Set when nothing can ever be sent.
    var failure: (any Error & Sendable)?
  }

  private let spool: Spool
  private let parameters: ConnectionParameters
  /// Signalled when a batch is in the spool.
  private let arrival: Wakeup
  /// Called when batches were acknowledged.
  private let makeRoom: @Sendable () -> Void
  private let logger = Logger(label: "shipper")
  private let state = Mutex(Status())
  /// Counted up at each turn, so that a watchdog can tell.
  let heartbeat = Atomic<UInt64>(0)
  private let isFinishing = Atomic(false)
  private let isAborting = Atomic(false)
  /// Ends every wait for the server.
  private let abort: Wakeup
  /// Ends a pause: there is little time left.
  private let finishing: Wakeup
  /// Signalled when the thread has ended, or has met what it cannot get over.
  private let ended: Wakeup
  private let thread = Mutex<WorkerThread?>(nil)

  /// What goes to the database in one transaction when there is a backlog.
  private static let transactionBytes = 8 << 20
  /// What is read from the spool at a time while the database is at work.
  private static let stepBytes = 256 << 10

  /// Starts sending, after bringing the database to this program's schema.
  ///
  /// - Parameter ending: Signalled when nothing can ever be sent.
  init(
    _ spool: Spool, into parameters: ConnectionParameters, arrival: Wakeup, ending: Wakeup,
    makeRoom: @escaping @Sendable () -> Void
  ) throws(Errno) {
    self.spool = spool
    self.parameters = parameters
    self.arrival = arrival
    self.makeRoom = makeRoom
    abort = try Wakeup()
    finishing = try Wakeup()
    ended = try Wakeup()
    let started = try WorkerThread(name: "shipper") { [self] in
      run()
      ended.signal()
      if status.failure != nil { ending.signal() }
    }
    thread.withLock { $0 = started }
  }

  var status: Status { state.withLock { $0 } }

  /// Sends what is left, for at most `timeout`, and ends; the rest stays in the spool.
  func finish(within timeout: Duration) {
    isFinishing.store(true, ordering: .releasing)
    finishing.signal()
    arrival.signal()
    _ = try? Readiness.wait(for: ended.descriptor, .readable, until: .now + timeout)
    isAborting.store(true, ordering: .releasing)
    abort.signal()
    // A look-up of a host's name cannot be interrupted: the process ends without it.
    _ = thread.withLock { $0 }?.join(within: .milliseconds(500))
  }

  private func run() {
    var backoff = Backoff()
    var isMigrated = false
    while !isDone {
      do throws(Interruption) {
        if !isMigrated {
          try migrate()
          isMigrated = true
        }
        var writer = try makeWriter()
        try ship(&writer, &backoff)
        state.withLock { $0.isConnected = false }
      } catch {
        switch error {
        case .database(let error):
          fail(error.debugDescription, shown: error.description)
          pause(error.isOfSettings ? Shipper.slowRetry : backoff.next())
        case .spool(let error) where error.kind == .full || error.kind == .unwritable:
          fail(error.message, shown: error.message)
          pause(backoff.next())
        case .spool(let error): return end(error)
        case .schema(let error): return end(error)
        }
      }
    }
  }

  /// Why sending stopped for now, or for good.
  private enum Interruption: Error {
    case database(PostgresError)
    case spool(SpoolError)
    case schema(MigrationError)
  }

  /// Before the next attempt, when only somebody who changes settings can make it succeed.
  private static let slowRetry = Duration.seconds(15)

  private func end(_ error: any Error & Sendable) {
    state.withLock {
      $0.isConnected = false
      $0.failure = error
    }
  }

  /// Nothing more to do, or no more time to do it.
  private var isDone: Bool {
    isAborting.load(ordering: .acquiring)
      || isFinishing.load(ordering: .acquiring) && spool.status.waiting.batches == 0
  }

  private func migrate() throws(Interruption) {
    do throws(MigrationError) {
      let patience = Connection.Patience(
        timeout: Migrator.patience.timeout, interrupt: abort.descriptor)
      let outcome = try Migrator(parameters, patience: patience).migrate()
      if !outcome.applied.isEmpty || outcome.createdDatabase { logger.info("\(outcome.summary)") }
    } catch {
      if case .database(let error) = error { throw .database(error) }
      throw .schema(error)
    }
  }

  private func makeWriter() throws(Interruption) -> ReadingWriter {
    do throws(PostgresError) {
      let connection = try Connection(
        parameters, patience: .init(timeout: .seconds(30), interrupt: abort.descriptor))
      return try ReadingWriter(
        connection, producer: spool.identity, types: SimulatedSignal.allCases.map(\.name),
        machineName: Plan.machineName)
    } catch {
      throw .database(error)
    }
  }

  /// Sends batch after batch until it is time to end.
  private func ship(_ writer: inout ReadingWriter, _ backoff: inout Backoff) throws(Interruption) {
    var position = try reconcile(writer)
    // What follows those that are being stored, read while the database is at work.
    var ahead: [Batch] = []
    while !isDone {
      heartbeat.wrappingAdd(1, ordering: .relaxed)
      arrival.reset()
      let batches = try ahead + next(after: ahead.last?.sequence ?? position, besides: ahead)
      ahead.removeAll()
      guard let last = batches.last else {
        succeed()
        // Watched, so that its end is noticed even when nothing is sent for long.
        do { try writer.wait(for: arrival.descriptor) } catch { throw .database(error) }
        continue
      }
      let isStored = try store(batches, after: position, &writer) {
        lookAhead(&ahead, after: last.sequence)
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
      // Only now: a database may take connections and refuse readings, for want of space or rights.
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

  /// Reads a little more of what follows `position`; what fails is met again when its turn comes.
  private func lookAhead(_ ahead: inout [Batch], after position: Int64) {
    guard Shipper.size(ahead) < Shipper.transactionBytes else { return }
    let step = try? spool.batches(
      after: ahead.last?.sequence ?? position, bytes: Shipper.stepBytes)
    ahead += step ?? []
  }

  /// The batches that follow, up to what goes into one transaction with those that are there.
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

  /// Stores batches in one transaction; when they are refused for a reading in them, each by itself.
  ///
  /// - Returns: Whether the watermark was where it was believed to be.
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
        guard let refused = try writer.sift(batch, after: position) else { return false }
        position = batch.sequence
        if refused > 0 { noteDeadLetters(refused, batch) }
      }
      return true
    } catch {
      throw .database(error)
    }
  }

  private func noteDeadLetters(_ count: Int, _ batch: Batch) {
    logger.error(
      "the database refused \(count) of the readings of batch \(batch.sequence); they are in its table dead_letters, with the reason"
    )
    state.withLock { $0.deadLetters += count }
  }

  /// Brings spool and database to agree on what is stored.
  private func reconcile(_ writer: borrowing ReadingWriter) throws(Interruption) -> Int64 {
    let watermark: Watermark
    let deadLetters: Int
    do {
      watermark = try writer.watermark()
      deadLetters = try writer.deadLetters()
    } catch {
      throw .database(error)
    }
    let reconciliation: Reconciliation
    do { reconciliation = try spool.reconcile(with: watermark) } catch { throw .spool(error) }
    state.withLock {
      $0.watermark = watermark
      $0.deadLetters = deadLetters
      if case .missing(let sequences) = reconciliation, !$0.missing.contains(sequences) {
        $0.missing.append(sequences)
      }
    }
    if let message = reconciliation.message(watermark) {
      logger.log(level: message.level, "\(message.text)")
    }
    return watermark.sequence
  }

  private func succeed() {
    guard !state.withLock({ $0.isConnected }) else { return }
    logger.info(
      "the database takes readings",
      metadata: [
        "at": "\(parameters.displayName)", "waiting": "\(spool.status.waiting.readings)",
      ])
    state.withLock {
      $0.isConnected = true
      $0.lastError = nil
      $0.lastFailure = nil
    }
  }

  /// Logs what is new, not every attempt.
  private func fail(_ failure: String, shown description: String) {
    let previous = state.withLock { state in
      defer {
        state.isConnected = false
        state.lastError = description
        state.lastFailure = failure
      }
      return state.lastFailure
    }
    guard !isAborting.load(ordering: .acquiring) else { return }
    if previous == failure {
      logger.debug("\(failure)")
    } else {
      logger.error(
        "\(failure); trying again", metadata: ["waiting": "\(spool.status.waiting.readings)"])
    }
  }

  private func pause(_ duration: Duration) {
    // Whoever has but a few seconds left does not sleep through them.
    let isFinishing = isFinishing.load(ordering: .acquiring)
    let duration = isFinishing ? min(duration, .milliseconds(50)) : duration
    _ = try? Readiness.wait(
      for: abort.descriptor, .readable, until: .now + duration,
      interrupt: isFinishing ? nil : finishing.descriptor)
  }
}

extension PostgresError {
  /// Whether the database refuses us for what the settings say: a user, a password, a name.
  var isOfSettings: Bool {
    sqlState?.classCode == "28" || sqlState == .invalidCatalogName
      || sqlState == .insufficientPrivilege
  }
}

extension Reconciliation {
  /// What is worth saying of it.
  func message(_ watermark: Watermark) -> (level: Logger.Level, text: String)? {
    switch self {
    case .resume: nil
    case .replay(let sequences):
      (
        .warning,
        "the database has batches up to \(watermark.sequence) only, and had more; sending \(sequences.lowerBound) to \(sequences.upperBound) again"
      )
    case .missing(let sequences):
      (
        .error,
        "the database has batches up to \(watermark.sequence) only, and had more; \(sequences.lowerBound) to \(sequences.upperBound) are no longer in the spool and are missing"
      )
    case .renumber:
      (
        .warning,
        "the database has batch \(watermark.sequence) up to \(watermark.through), which the spool does not know; going on from there"
      )
    }
  }
}
