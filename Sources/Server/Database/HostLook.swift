internal import EventLoop
internal import Postgres
internal import Synchronization
internal import SystemPackage

/// Looks at one host of the database again and again, on a thread and in a session of its own.
final class HostLook: Sendable {
  /// Between two looks; while there is no primary, each counts.
  private static let interval = Duration.seconds(1)
  private static let hurriedInterval = Duration.milliseconds(200)
  /// A name may have several addresses: after so many looks at a standby a primary is sought among them.
  private static let looksAtStandby = 10
  /// Sessions that may be ended before a look counts as failed.
  private static let attempts = 10

  private let parameters: ConnectionParameters
  private let isStopping = Atomic(false)
  /// Ends a rest.
  private let wakeup: Wakeup
  /// Ends every wait for the server.
  private let stopping: Wakeup
  private let thread = Mutex<WorkerThread?>(nil)

  init(_ parameters: ConnectionParameters) throws(Errno) {
    self.parameters = parameters
    wakeup = try Wakeup()
    stopping = try Wakeup()
  }

  /// - Parameters:
  ///   - isHurried: Whether to look more often than usual.
  ///   - see: Is told what each look has shown.
  func start(
    name: String, isHurried: @escaping @Sendable () -> Bool,
    _ see: @escaping @Sendable (Primaries.View) -> Void
  ) throws(Errno) {
    let started = try WorkerThread(name: name) { [self] in run(isHurried, see) }
    thread.withLock { $0 = started }
  }

  /// Looks at once.
  func hurry() { wakeup.signal() }

  func stop() {
    isStopping.store(true, ordering: .releasing)
    stopping.signal()
    wakeup.signal()
    // A look-up of a host's name cannot be interrupted: the process ends without it.
    _ = thread.withLock { $0 }?.join(within: .milliseconds(500))
  }

  private func run(_ isHurried: () -> Bool, _ see: (Primaries.View) -> Void) {
    // Short pauses, as long as it is away: half a second after it is back, so are we.
    var backoff = Backoff(base: .milliseconds(50), limit: .milliseconds(500))
    var session: Connection?
    var looksLeft = HostLook.looksAtStandby
    while !isStopping.load(ordering: .acquiring) {
      wakeup.reset()
      let view = look(&session)
      guard !isStopping.load(ordering: .acquiring) else { return }
      see(view)
      switch view {
      case .away:
        rest(nil, isHurried() ? backoff.next() : HostLook.interval)
        continue
      case .standby:
        looksLeft -= 1
        if looksLeft == 0 { session = nil }
      case .primary, .unseen: break
      }
      if looksLeft <= 0 { looksLeft = HostLook.looksAtStandby }
      backoff.reset()
      rest(session?.descriptor, isHurried() ? HostLook.hurriedInterval : HostLook.interval)
    }
  }

  /// - Parameter session: The one of the look before, and after this one.
  private func look(_ session: inout Connection?) -> Primaries.View {
    var attemptsLeft = HostLook.attempts
    while true {
      do throws(PostgresError) {
        if session == nil { session = try open() }
        session?.patience.timeout = .seconds(2)
        guard let lineage = try session?.lineage() else { return .standby }
        return .primary(lineage)
      } catch {
        // A session that was ended says nothing about its server: the next one does.
        let saysNothing = session != nil || error.sqlState == .adminShutdown
        session = nil
        attemptsLeft -= 1
        if !saysNothing || attemptsLeft == 0 { return .away(error) }
      }
    }
  }

  private func open() throws(PostgresError) -> Connection {
    let patience = Connection.Patience(timeout: .seconds(5), interrupt: stopping.descriptor)
    var parameters = parameters
    parameters.mustWrite = false
    do {
      parameters.needsPrimary = true
      return try Connection(parameters, patience: patience)
    } catch  where error.sqlState == .isStandby {
      // Kept, to see it become one.
      parameters.needsPrimary = false
      return try Connection(parameters, patience: patience)
    }
  }

  /// Until it is time to look again, or the session has something to say, which is that it ends.
  private func rest(_ descriptor: Int32?, _ duration: Duration) {
    _ = try? Readiness.wait(
      for: descriptor ?? wakeup.descriptor, .readable, until: .now + duration,
      interrupt: wakeup.descriptor)
  }
}
