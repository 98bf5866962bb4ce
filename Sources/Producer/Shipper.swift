import EventLoop
import Logging
import Postgres
import SignalStore
import Signals
import Simulation
import Synchronization
import SystemPackage

/// Writes the backlog into the database, in order, on a thread of its own.
///
/// A batch leaves the backlog once it is stored. Whatever fails is tried again without end.
final class Shipper: Sendable {
  /// How the writing goes.
  struct Status: Sendable {
    var isConnected = false
    /// What went wrong last, safe to show; nil since the database answers.
    var lastError: String?
    /// The same in full, for the log.
    var lastFailure: String?
    var readingsWritten = 0
    var batchesWritten = 0
    var rate = RateMeter()
    /// Set when nothing can ever be written.
    var refusal: MigrationError?
  }

  private let backlog: Backlog
  private let parameters: ConnectionParameters
  private let logger = Logger(label: "shipper")
  private let state = Mutex(Status())
  private let isFinishing = Atomic(false)
  private let isAborting = Atomic(false)
  /// Ends every wait for the server.
  private let abort: Wakeup
  /// Ends a pause: there is little time left.
  private let finishing: Wakeup
  /// Signalled when the thread has ended, or has met what it cannot get over.
  let ending: Wakeup
  private let thread = Mutex<WorkerThread?>(nil)

  /// Starts writing, after bringing the database to this program's schema.
  init(_ backlog: Backlog, into parameters: ConnectionParameters) throws(Errno) {
    self.backlog = backlog
    self.parameters = parameters
    abort = try Wakeup()
    finishing = try Wakeup()
    ending = try Wakeup()
    let started = try WorkerThread(name: "shipper") { [self] in run() }
    thread.withLock { $0 = started }
  }

  var status: Status { state.withLock { $0 } }

  /// Writes what is left, for at most `timeout`, and ends.
  func finish(within timeout: Duration) {
    isFinishing.store(true, ordering: .releasing)
    finishing.signal()
    backlog.arrival.signal()
    _ = try? Readiness.wait(for: ending.descriptor, .readable, until: .now + timeout)
    isAborting.store(true, ordering: .releasing)
    abort.signal()
    // A look-up of a host's name cannot be interrupted: the process ends without it.
    _ = thread.withLock { $0 }?.join(within: .milliseconds(500))
  }

  private func run() {
    defer { ending.signal() }
    var backoff = Backoff()
    var isMigrated = false
    while !isDone {
      do throws(PostgresError) {
        if !isMigrated {
          try migrate()
          isMigrated = true
        }
        var writer = try makeWriter()
        try ship(&writer, &backoff)
        state.withLock { $0.isConnected = false }
      } catch {
        fail(error)
        if state.withLock({ $0.refusal != nil }) { return }
        pause(backoff.next())
      }
    }
  }

  /// Nothing more to do, or no more time to do it.
  private var isDone: Bool {
    isAborting.load(ordering: .acquiring)
      || isFinishing.load(ordering: .acquiring) && backlog.size.batches == 0
  }

  private func migrate() throws(PostgresError) {
    do {
      let patience = Connection.Patience(
        timeout: Migrator.patience.timeout, interrupt: abort.descriptor)
      let outcome = try Migrator(parameters, patience: patience).migrate()
      if !outcome.applied.isEmpty || outcome.createdDatabase { logger.info("\(outcome.summary)") }
    } catch .database(let error) {
      throw error
    } catch {
      state.withLock { $0.refusal = error }
      throw PostgresError(message: error.description, action: "checking the schema")
    }
  }

  private func makeWriter() throws(PostgresError) -> ReadingWriter {
    let connection = try Connection(
      parameters, patience: .init(timeout: .seconds(30), interrupt: abort.descriptor))
    return try ReadingWriter(
      connection, types: SimulatedSignal.allCases.map(\.name), machineName: Plan.machineName)
  }

  /// Writes batch after batch until it is time to end.
  private func ship(_ writer: inout ReadingWriter, _ backoff: inout Backoff) throws(PostgresError) {
    while !isDone {
      backlog.arrival.reset()
      let batches = backlog.first(Backlog.largestBatch)
      guard !batches.isEmpty else {
        succeed()
        // Watched, so that its end is noticed even when nothing is written for long.
        try writer.wait(for: backlog.arrival.descriptor)
        continue
      }
      let count = batches.reduce(0) { $0 + $1.count }
      try writer.write(batches.joined())
      backlog.removeFirst(batches.count)
      // Only now: a database may take connections and refuse readings, for want of space or rights.
      succeed()
      backoff.reset()
      state.withLock {
        $0.readingsWritten += count
        $0.batchesWritten += batches.count
        $0.rate.add(count, at: .now)
      }
    }
  }

  private func succeed() {
    guard !state.withLock({ $0.isConnected }) else { return }
    logger.info(
      "the database takes readings",
      metadata: [
        "at": "\(parameters.displayName)", "backlog_readings": "\(backlog.size.readings)",
      ])
    state.withLock {
      $0.isConnected = true
      $0.lastError = nil
      $0.lastFailure = nil
    }
  }

  /// Logs what is new, not every attempt.
  private func fail(_ error: PostgresError) {
    let failure = error.debugDescription
    let previous = state.withLock { state in
      defer {
        state.isConnected = false
        state.lastError = error.description
        state.lastFailure = failure
      }
      return state.lastFailure
    }
    guard !isAborting.load(ordering: .acquiring) else { return }
    if previous == failure {
      logger.debug("\(failure)")
    } else {
      logger.error(
        "\(failure); trying again",
        metadata: ["backlog_readings": "\(backlog.size.readings)"])
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
