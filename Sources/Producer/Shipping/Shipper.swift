import EventLoop
import Logging
import Postgres
import Server
import SignalStore
import Simulation
import Spool
import Synchronization
import SystemPackage
import Time

/// Sends batches from the spool to the database, in order, on its own thread.
///
/// A batch counts as stored once the database's watermark includes it. Failures are retried indefinitely.
final class Shipper: Sendable {
  let spool: Spool
  let parameters: ConnectionParameters
  /// Tracks the primary of several hosts; nil for a single host.
  private let watch: PrimaryWatch?
  /// Signalled when a batch is in the spool.
  let arrival: Wakeup
  /// Called when batches were acknowledged.
  let makeRoom: @Sendable () -> Void
  let logger = Logger(label: "shipper")
  let state = Mutex(Status())
  /// Incremented on every iteration, for the watchdog.
  let heartbeat = Atomic<UInt64>(0)
  private let isFinishing = Atomic(false)
  let isAborting = Atomic(false)
  /// Interrupts every wait for the server.
  private let abort: Wakeup
  /// Interrupts a pause on shutdown.
  private let finishing: Wakeup
  /// Signalled when the thread has ended.
  private let ended: Wakeup
  private let thread = Mutex<WorkerThread?>(nil)

  /// Starts sending, after migrating the database.
  ///
  /// - Parameter ending: Signalled on a permanent failure.
  init(
    _ spool: Spool, into parameters: ConnectionParameters, arrival: Wakeup, ending: Wakeup,
    makeRoom: @escaping @Sendable () -> Void
  ) throws(Errno) {
    self.spool = spool
    self.parameters = parameters
    watch = parameters.perHost.count > 1 ? try PrimaryWatch(parameters) : nil
    watch?.subscribe(arrival)
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

  /// Sends what is left, for at most `timeout`, then ends; the rest stays in the spool.
  func finish(within timeout: Duration) {
    isFinishing.store(true, ordering: .releasing)
    finishing.signal()
    arrival.signal()
    _ = try? Readiness.wait(for: ended.descriptor, .readable, until: .now + timeout)
    isAborting.store(true, ordering: .releasing)
    abort.signal()
    // A name lookup cannot be interrupted; the process exits without waiting for it.
    _ = thread.withLock { $0 }?.join(within: .milliseconds(500))
    watch?.stop()
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
        var origin: PrimaryWatch.Origin?
        var writer = try makeWriter(&origin)
        try ship(&writer, &backoff) { [watch] in origin.map { watch?.admits($0) ?? true } ?? true }
        state.withLock { $0.isConnected = false }
      } catch {
        spool.suspend()
        switch error {
        // Expected after a long time without readings, where the administrator limits idle sessions.
        case .database(let error) where error.sqlState == .idleSessionTimeout:
          logger.debug("\(error.debugDescription)")
        case .database(let error):
          // The database may have been replaced by another.
          if error.isOfSchema { isMigrated = false }
          fail(error.debugDescription, shown: error.description, error.cause)
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

  /// Why sending was interrupted, temporarily or permanently.
  enum Interruption: Error {
    case database(PostgresError)
    case spool(SpoolError)
    case schema(MigrationError)
  }

  /// Delay before retrying a failure that only a change of settings can fix.
  private static let slowRetry = Duration.seconds(15)

  private func end(_ error: any Error & Sendable) {
    state.withLock {
      $0.isConnected = false
      $0.failure = error
    }
  }

  /// Whether there is nothing left to do, or no time left.
  var isDone: Bool {
    isAborting.load(ordering: .acquiring)
      || isFinishing.load(ordering: .acquiring) && spool.status.waiting.batches == 0
  }

  private func migrate() throws(Interruption) {
    do throws(MigrationError) {
      let timeouts = PostgresConnection.Timeouts(
        timeout: Migrator.timeouts.timeout, interrupt: abort.descriptor)
      let outcome = try Migrator(try destination(), timeouts: timeouts).migrate()
      if !outcome.applied.isEmpty || outcome.createdDatabase { logger.info("\(outcome.summary)") }
    } catch {
      if case .database(let error) = error { throw .database(error) }
      throw .schema(error)
    }
  }

  /// The primary of several hosts.
  private func destination() throws(MigrationError) -> ConnectionParameters {
    do throws(PostgresError) {
      return try watch?.primary() ?? parameters
    } catch {
      // Hosts cannot be polled while the database does not exist.
      if error.cause == .noDatabase { return parameters }
      throw .database(error)
    }
  }

  private func makeWriter(_ origin: inout PrimaryWatch.Origin?) throws(Interruption)
    -> ReadingWriter
  {
    do throws(PostgresError) {
      let timeouts = PostgresConnection.Timeouts(timeout: .seconds(30), interrupt: abort.descriptor)
      return try ReadingWriter(
        connect(timeouts, &origin), producer: spool.identity,
        types: SimulatedSignal.allCases.map(\.name),
        machineName: Plan.machineName)
    } catch {
      throw .database(error)
    }
  }

  private func connect(
    _ timeouts: PostgresConnection.Timeouts, _ origin: inout PrimaryWatch.Origin?
  )
    throws(PostgresError) -> PostgresConnection
  {
    guard let watch else { return try PostgresConnection(parameters, timeouts: timeouts) }
    return try watch.connect(timeouts: timeouts, &origin)
  }

  private func pause(_ duration: Duration) {
    // Keep pauses short when only a few seconds are left.
    let isFinishing = isFinishing.load(ordering: .acquiring)
    let duration = isFinishing ? min(duration, .milliseconds(50)) : duration
    _ = try? Readiness.wait(
      for: abort.descriptor, .readable, until: .now + duration,
      interrupt: isFinishing ? nil : finishing.descriptor)
  }
}

extension PostgresError {
  /// Whether the database, a table or a column does not exist.
  var isOfSchema: Bool {
    sqlState == .invalidCatalogName
      || sqlState?.classCode == "42" && sqlState != .insufficientPrivilege
  }

  /// Whether the database rejects the configured user, password or name.
  var isOfSettings: Bool {
    sqlState?.classCode == "28" || sqlState == .invalidCatalogName
      || sqlState == .insufficientPrivilege
  }
}
