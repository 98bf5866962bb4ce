internal import EventLoop
internal import Logging
internal import Postgres
internal import Synchronization
internal import SystemPackage

/// Opens the sessions of one lane on a separate thread, because name lookups, authentication and statement
/// preparation block. It also sends cancellations, which block as well.
///
/// A lost session is replaced as soon as the database is reachable.
final class Connector: Sendable {
  private struct State {
    var isStopping = false
    /// Sessions still to be opened for the lane.
    var wanted: Int
    /// Cancellations requested by the lane.
    var cancellations: [PendingCancellation] = []
    var problem: String?
  }

  /// Kept short, to reconnect within half a second of the database's return.
  private static let backoff = Backoff(base: .milliseconds(50), limit: .milliseconds(500))

  /// Tracks the primary.
  let watch: PrimaryWatch
  private let workload: Workload
  private let total: Int
  private let logger: Logger
  private let state: Mutex<State>
  /// An open session for the lane to take.
  private let mailbox = Mutex<OpenedSession?>(nil)
  /// Interrupts the pause: a session is wanted, the mailbox is empty, another lane has reached the database,
  /// the primary has changed, or the connector stops.
  private let ownWakeup: Wakeup
  /// Interrupts every wait for the server.
  private let stopping: Wakeup
  private let laneWakeup: Wakeup
  private let thread = Mutex<WorkerThread?>(nil)
  private let reachability: Reachability
  /// The value of ``Reachability/count`` when the last failed attempt began; -1 before any.
  private let failure = Atomic(-1)
  /// The index of that attempt's cause in `allCases`.
  private let failureCause = Atomic(0)

  /// Starts opening the sessions of a workload.
  ///
  /// - Parameters:
  ///   - laneWakeup: Signalled when a session is in the mailbox, or none could be opened.
  ///   - watch: Tracks the primary.
  ///   - total: The number of sessions of all lanes, to compare with the database's limit.
  ///   - reachability: Shared with the connectors of other lanes.
  init(
    lane: Int, _ workload: Workload, of watch: PrimaryWatch, total: Int,
    reachability: Reachability, laneWakeup: Wakeup
  ) throws(Errno) {
    self.total = total
    self.reachability = reachability
    self.watch = watch
    self.workload = workload
    self.laneWakeup = laneWakeup
    ownWakeup = try Wakeup()
    reachability.subscribe(ownWakeup)
    watch.subscribe(ownWakeup)
    watch.subscribe(laneWakeup)
    stopping = try Wakeup()
    // On-demand sessions open after the others have reported the database as connected.
    state = Mutex(
      workload.isOpenedOnDemand
        ? State(wanted: 0)
        : State(wanted: workload.sessions, problem: "not connected yet"))
    logger = Logger(label: "database \(lane)")
    let started = try WorkerThread(name: "connector \(lane)") { [self] in run() }
    thread.withLock { $0 = started }
  }

  /// Whether the last attempt to connect failed and no lane has connected since it began; false before the
  /// first attempt has ended.
  var isUnreachable: Bool { failure.load(ordering: .acquiring) == reachability.count }

  /// Why the last attempt failed; unreachable before the first.
  var cause: PostgresError.Cause {
    PostgresError.Cause.allCases[failureCause.load(ordering: .acquiring)]
  }

  /// Marks the database as unreachable.
  func fail() { fail(.unreachable, knowing: reachability.count) }

  private func fail(_ cause: PostgresError.Cause, knowing count: Int) {
    let index = PostgresError.Cause.allCases.firstIndex(of: cause) ?? 0
    failureCause.store(index, ordering: .releasing)
    failure.store(count, ordering: .releasing)
  }

  /// Takes an opened session, if there is one.
  func take() -> OpenedSession? {
    let session = mailbox.withLock { $0.take() }
    if session != nil { ownWakeup.signal() }
    return session
  }

  /// Sends a cancellation; wakes the lane when done.
  func perform(_ cancellation: PendingCancellation) {
    state.withLock { $0.cancellations.append(cancellation) }
    ownWakeup.signal()
  }

  /// Opens a session in place of a lost one.
  func replace() { want(1) }

  /// Opens all sessions of an on-demand workload.
  func openAll() { want(workload.sessions) }

  private func want(_ sessions: Int) {
    state.withLock { $0.wanted += sessions }
    ownWakeup.signal()
  }

  /// Stops and joins the thread.
  func stop() {
    state.withLock { $0.isStopping = true }
    stopping.signal()
    ownWakeup.signal()
    // A name lookup cannot be interrupted; the process exits without waiting for it.
    _ = thread.withLock { $0 }?.join(within: .milliseconds(500))
  }

  private func run() {
    var backoff = Connector.backoff
    while !state.withLock({ $0.isStopping }) {
      ownWakeup.reset()
      cancel()
      let isNeeded =
        state.withLock { $0.wanted > 0 && !$0.isStopping } && mailbox.withLock { $0 == nil }
      guard isNeeded else {
        pause(on: ownWakeup, .seconds(3600))
        continue
      }
      let known = reachability.count
      do throws(PostgresError) {
        var opened: OpenedSession? = try open()
        mailbox.withLock { $0 = opened.take() }
        state.withLock { $0.wanted -= 1 }
        reachability.succeed()
        report(nil)
        backoff.reset()
        laneWakeup.signal()
      } catch {
        // A terminated session may have been the only one; a server that shuts down refuses the next.
        if error.sqlState != .adminShutdown {
          fail(error.cause, knowing: known)
          laneWakeup.signal()
          report(error)
        }
        pause(on: ownWakeup, backoff.next())
      }
    }
  }

  private func cancel() {
    let cancellations = state.withLock { state in
      defer { state.cancellations = [] }
      return state.cancellations
    }
    for cancellation in cancellations {
      do throws(PostgresError) {
        try cancellation.perform()
      } catch {
        logger.warning("\(error.debugDescription)")
      }
    }
    if !cancellations.isEmpty { laneWakeup.signal() }
  }

  private func open() throws(PostgresError) -> OpenedSession {
    var origin: PrimaryWatch.Origin?
    let connection = try watch.connect(
      settings: workload.settings,
      timeouts: .init(timeout: .seconds(5), interrupt: stopping.descriptor), &origin)
    do {
      for statement in workload.statements { try connection.prepare(statement) }
      try checkSessionLimit(connection)
    } catch {
      throw error.afterOpening
    }
    guard let origin else { preconditionFailure("a session without an origin") }
    return OpenedSession(connection: connection, origin: origin)
  }

  /// Reports too low a session limit before the database refuses sessions one by one.
  private func checkSessionLimit(_ connection: borrowing PostgresConnection) throws(PostgresError) {
    let allowed = try connection.sessionLimit()
    guard allowed < total, state.withLock({ $0.problem }) != nil else { return }
    logger.error(
      """
      the database allows \(allowed) sessions but \(total) are needed: raise max_connections or the \
      user's CONNECTION LIMIT, or lower ACCESSOR_LANES, ACCESSOR_CONNECTIONS_PER_LANE or \
      ACCESSOR_SCAN_CONNECTIONS_PER_LANE
      """)
  }

  /// Logs changes only, not every attempt.
  private func report(_ error: PostgresError?) {
    guard !state.withLock({ $0.isStopping }) else { return }
    let problem = error.map(Connector.explanation)
    let previous = state.withLock { state in
      defer { state.problem = problem }
      return state.problem
    }
    guard problem != previous else { return }
    if let problem {
      logger.error("\(problem)")
    } else {
      logger.info("connected to the database")
    }
  }

  private static func explanation(of error: PostgresError) -> String {
    guard error.cause == .noTables else { return error.debugDescription }
    return "\(error.description); run signals-producer migrate (\(error.message))"
  }

  private func pause(on wakeup: Wakeup, _ duration: Duration) {
    _ = try? Readiness.wait(for: wakeup.descriptor, .readable, until: .now + duration)
  }
}

/// A new session with the primary.
struct OpenedSession: ~Copyable {
  let connection: PostgresConnection
  let origin: PrimaryWatch.Origin
}
