internal import EventLoop
internal import Postgres
internal import Synchronization
internal import SystemPackage

/// Polls one host of the database, on a thread and a session of its own.
final class HostWatch: Sendable {
  /// Poll interval; the short one applies while there is no primary.
  private static let interval = Duration.seconds(1)
  private static let urgentInterval = Duration.milliseconds(200)
  /// A host name may have several addresses: reconnects after this many polls that found a standby.
  private static let standbyProbes = 10
  /// Sessions that may be terminated before a poll counts as failed.
  private static let attempts = 10

  private let parameters: ConnectionParameters
  private let isStopping = Atomic(false)
  /// Interrupts the pause between polls.
  private let wakeup: Wakeup
  /// Interrupts every wait for the server.
  private let stopping: Wakeup
  private let thread = Mutex<WorkerThread?>(nil)

  init(_ parameters: ConnectionParameters) throws(Errno) {
    self.parameters = parameters
    wakeup = try Wakeup()
    stopping = try Wakeup()
  }

  /// - Parameters:
  ///   - isHurried: Whether to poll at the short interval.
  ///   - see: Receives the result of each poll.
  func start(
    name: String, isUrgent: @escaping @Sendable () -> Bool,
    _ record: @escaping @Sendable (PrimarySelection.HostState) -> Void
  ) throws(Errno) {
    let started = try WorkerThread(name: name) { [self] in run(isUrgent, record) }
    thread.withLock { $0 = started }
  }

  /// Polls now.
  func probeNow() { wakeup.signal() }

  func stop() {
    isStopping.store(true, ordering: .releasing)
    stopping.signal()
    wakeup.signal()
    // A name lookup cannot be interrupted; the process exits without waiting for it.
    _ = thread.withLock { $0 }?.join(within: .milliseconds(500))
  }

  private func run(_ isUrgent: () -> Bool, _ record: (PrimarySelection.HostState) -> Void) {
    // Kept short, to reconnect within half a second of the host's return.
    var backoff = Backoff(base: .milliseconds(50), limit: .milliseconds(500))
    var session: PostgresConnection?
    var probesLeft = HostWatch.standbyProbes
    while !isStopping.load(ordering: .acquiring) {
      wakeup.reset()
      let hostState = probe(&session)
      guard !isStopping.load(ordering: .acquiring) else { return }
      record(hostState)
      switch hostState {
      case .away:
        rest(nil, isUrgent() ? backoff.next() : HostWatch.interval)
        continue
      case .standby:
        probesLeft -= 1
        if probesLeft == 0 { session = nil }
      case .primary, .unseen: break
      }
      if probesLeft <= 0 { probesLeft = HostWatch.standbyProbes }
      backoff.reset()
      rest(session?.descriptor, isUrgent() ? HostWatch.urgentInterval : HostWatch.interval)
    }
  }

  /// - Parameter session: The session of the previous poll; replaced when it was lost.
  private func probe(_ session: inout PostgresConnection?) -> PrimarySelection.HostState {
    var attemptsLeft = HostWatch.attempts
    while true {
      do throws(PostgresError) {
        if session == nil { session = try open() }
        session?.timeouts.timeout = .seconds(2)
        guard let clusterTimeline = try session?.clusterTimeline() else { return .standby }
        return .primary(clusterTimeline)
      } catch {
        // A terminated session does not mean that the server is down; a new one tells.
        let saysNothing = session != nil || error.sqlState == .adminShutdown
        session = nil
        attemptsLeft -= 1
        if !saysNothing || attemptsLeft == 0 { return .away(error) }
      }
    }
  }

  private func open() throws(PostgresError) -> PostgresConnection {
    let timeouts = PostgresConnection.Timeouts(timeout: .seconds(5), interrupt: stopping.descriptor)
    var parameters = parameters
    parameters.mustWrite = false
    do {
      parameters.needsPrimary = true
      return try PostgresConnection(parameters, timeouts: timeouts)
    } catch  where error.sqlState == .isStandby {
      // Keep the session, to see a promotion.
      parameters.needsPrimary = false
      return try PostgresConnection(parameters, timeouts: timeouts)
    }
  }

  /// Waits for the next poll, or until the session becomes readable, which means that it has ended.
  private func rest(_ descriptor: Int32?, _ duration: Duration) {
    _ = try? Readiness.wait(
      for: descriptor ?? wakeup.descriptor, .readable, until: .now + duration,
      interrupt: wakeup.descriptor)
  }
}
