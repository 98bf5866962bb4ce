internal import EventLoop
internal import Logging
internal import Postgres
internal import Synchronization
internal import SystemPackage

/// Opens the sessions of one lane, on a thread of its own: names are looked up, passwords checked and
/// statements prepared where nobody waits for it. It also cancels queries, which waits as well.
///
/// A session that was lost is replaced as soon as the database answers again.
final class Connector: Sendable {
  private struct State {
    var isStopping = false
    /// Sessions that the lane still needs.
    var wanted: Int
    /// What the lane wants cancelled.
    var cancellations: [PendingCancellation] = []
    var problem: String?
  }

  /// Short pauses: half a second after the database is back, so are we.
  private static let backoff = Backoff(base: .milliseconds(50), limit: .milliseconds(500))

  /// Knows where the primary is.
  let watch: PrimaryWatch
  private let workload: Workload
  private let total: Int
  private let logger: Logger
  private let state: Mutex<State>
  /// A session on its way to the lane.
  private let mailbox = Mutex<OpenedSession?>(nil)
  /// Wakes this thread from its rest: a session is wanted, the mailbox is empty, another lane has
  /// reached the database, the primary is another one, or it is to stop.
  private let ownWakeup: Wakeup
  /// Ends every wait for the server.
  private let stopping: Wakeup
  private let laneWakeup: Wakeup
  private let thread = Mutex<WorkerThread?>(nil)
  private let reachability: Reachability
  /// What ``Reachability/count`` was when the last failed attempt began; -1 before there was one.
  private let failure = Atomic(-1)
  /// Why it failed, as the place of that cause among all.
  private let failureCause = Atomic(0)

  /// Begins to open the sessions of a workload.
  ///
  /// - Parameters:
  ///   - laneWakeup: Signalled when a session lies in the mailbox, or none could be opened.
  ///   - watch: Knows where the primary is.
  ///   - total: How many sessions all lanes want, to be compared with what the database allows.
  ///   - reachability: Shared with the connectors of the other lanes.
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
    reachability.tell(ownWakeup)
    watch.tell(ownWakeup)
    watch.tell(laneWakeup)
    stopping = try Wakeup()
    // What is opened on demand is no news once the others are open.
    state = Mutex(
      workload.isOpenedOnDemand
        ? State(wanted: 0)
        : State(wanted: workload.sessions, problem: "the database has not answered yet"))
    logger = Logger(label: "database \(lane)")
    let started = try WorkerThread(name: "connector \(lane)") { [self] in run() }
    thread.withLock { $0 = started }
  }

  /// Whether the last attempt to reach the database failed, and no lane has reached it since that began.
  /// Not so before the first has ended.
  var isAway: Bool { failure.load(ordering: .acquiring) == reachability.count }

  /// Why the last attempt failed; unreachable before there was one.
  var cause: PostgresError.Cause {
    PostgresError.Cause.allCases[failureCause.load(ordering: .acquiring)]
  }

  /// The database does not answer, as far as is known at the moment.
  func fail() { fail(.unreachable, knowing: reachability.count) }

  private func fail(_ cause: PostgresError.Cause, knowing count: Int) {
    let index = PostgresError.Cause.allCases.firstIndex(of: cause) ?? 0
    failureCause.store(index, ordering: .releasing)
    failure.store(count, ordering: .releasing)
  }

  /// Takes the session that is ready, if one is.
  func take() -> OpenedSession? {
    let session = mailbox.withLock { $0.take() }
    if session != nil { ownWakeup.signal() }
    return session
  }

  /// Has the server cancel what a session is doing; the lane is woken when that is done.
  func perform(_ cancellation: PendingCancellation) {
    state.withLock { $0.cancellations.append(cancellation) }
    ownWakeup.signal()
  }

  /// A session was lost: open another.
  func replace() { want(1) }

  /// Opens all sessions of a workload that is opened on demand.
  func openAll() { want(workload.sessions) }

  private func want(_ sessions: Int) {
    state.withLock { $0.wanted += sessions }
    ownWakeup.signal()
  }

  /// Stops, and waits for the end of the thread.
  func stop() {
    state.withLock { $0.isStopping = true }
    stopping.signal()
    ownWakeup.signal()
    // A look-up of a host's name cannot be interrupted: the process ends without it.
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
        // Who has ended one session still answers others; a server that is ended refuses the next.
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
      patience: .init(timeout: .seconds(5), interrupt: stopping.descriptor), &origin)
    do {
      for statement in workload.statements { try connection.prepare(statement) }
      try checkSessionLimit(connection)
    } catch {
      throw error.afterOpening
    }
    guard let origin else { preconditionFailure("a session comes from somewhere") }
    return OpenedSession(connection: connection, origin: origin)
  }

  /// Says it before the database does, one refused session at a time.
  private func checkSessionLimit(_ connection: borrowing Connection) throws(PostgresError) {
    let allowed = try connection.sessionLimit()
    guard allowed < total, state.withLock({ $0.problem }) != nil else { return }
    logger.error(
      """
      the database allows \(allowed) sessions and \(total) are wanted: raise its max_connections \
      or the CONNECTION LIMIT of its user, or lower ACCESSOR_LANES, ACCESSOR_CONNECTIONS_PER_LANE or \
      ACCESSOR_SCAN_CONNECTIONS_PER_LANE
      """)
  }

  /// Logs a change, not every attempt.
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
      logger.info("the database answers")
    }
  }

  private static func explanation(of error: PostgresError) -> String {
    guard error.cause == .noTables else { return error.debugDescription }
    return "\(error.description); signals-producer migrate makes them (\(error.message))"
  }

  private func pause(on wakeup: Wakeup, _ duration: Duration) {
    _ = try? Readiness.wait(for: wakeup.descriptor, .readable, until: .now + duration)
  }
}

/// A session with the primary that nobody has asked anything yet.
struct OpenedSession: ~Copyable {
  let connection: Connection
  let origin: PrimaryWatch.Origin
}
