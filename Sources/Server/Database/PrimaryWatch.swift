public import EventLoop
internal import Glibc
internal import Logging
public import Postgres
internal import Synchronization
public import SystemPackage

/// Polls every host of the database once a second and tracks which one is the primary.
///
/// Each host has its own thread and session, so that an unresponsive host does not delay the others.
public final class PrimaryWatch: Sendable {
  /// The server of a session.
  public struct Origin: Sendable, Hashable {
    let host: Int
    let clusterTimeline: ClusterTimeline
  }

  /// How long to wait for the first results; hosts without one are then ignored.
  private static let grace = Duration.seconds(1)

  private let hosts: [ConnectionParameters]
  private let hostWatches: [HostWatch]
  private let state: Mutex<PrimarySelection>
  private let listeners = Mutex<[Wakeup]>([])
  private let changes = Atomic(0)
  private let decidesAt = ContinuousClock.now + PrimaryWatch.grace
  private let logger = Logger(label: "database")

  public init(_ parameters: ConnectionParameters) throws(Errno) {
    let hosts = parameters.perHost
    var hostWatches: [HostWatch] = []
    for host in hosts { hostWatches.append(try HostWatch(host)) }
    self.hosts = hosts
    self.hostWatches = hostWatches
    state = Mutex(PrimarySelection(hosts: hosts.count))
    for (number, host) in hostWatches.enumerated() {
      try host.start(name: "look \(number)", isUrgent: { [self] in !hasPrimary }) {
        [self] hostState in
        record(hostState, of: number)
      }
    }
  }

  /// Opens a session with the primary of several hosts, or with the only host regardless of its role.
  public static func connectOnce(
    _ parameters: ConnectionParameters, timeouts: PostgresConnection.Timeouts
  ) throws -> PostgresConnection {
    guard parameters.perHost.count > 1 else {
      return try PostgresConnection(parameters, timeouts: timeouts)
    }
    let watch = try PrimaryWatch(parameters)
    defer { watch.stop() }
    var origin: Origin?
    return try watch.connect(timeouts: timeouts, &origin)
  }

  /// Increases whenever a change may affect a session.
  public var generation: Int { changes.load(ordering: .acquiring) }

  /// Registers `wakeup` to be signalled when ``generation`` increases.
  public func subscribe(_ wakeup: Wakeup) { listeners.withLock { $0.append(wakeup) } }

  /// Why there is no primary; nil while there is one, or before that is known.
  public var absence: PostgresError? {
    if case .none(let error) = state.withLock({ $0.choice }) { error } else { nil }
  }

  /// The parameters of the primary; waits for the first results.
  ///
  /// - Throws: ``PostgresError`` when there is no primary.
  public func primary() throws(PostgresError) -> ConnectionParameters {
    hosts[try chooseHost().host]
  }

  /// - Returns: The primary; or, while none is known, a candidate and why none is known.
  private func chooseHost() throws(PostgresError) -> (host: Int, absence: PostgresError?) {
    while true {
      let isLate = ContinuousClock.now >= decidesAt
      let (choice, fallback) = state.withLock { selection in
        if isLate { selection.settle() }
        return (selection.choice, selection.fallback)
      }
      switch choice {
      case .host(let host, _): return (host, nil)
      case .none(let error):
        guard let fallback else { throw error }
        return (fallback, error)
      case .undecided: usleep(10_000)
      }
    }
  }

  /// Opens a session with the primary; waits for the first results.
  ///
  /// - Parameters:
  ///   - settings: Session settings; nil for those of the parameters.
  ///   - origin: Receives the server of the session.
  /// - Throws: ``PostgresError``, also when there is no primary or the server turns out not to be it.
  public func connect(
    settings: [String: String]? = nil, timeouts: PostgresConnection.Timeouts,
    _ origin: inout Origin?
  ) throws(PostgresError) -> PostgresConnection {
    let (host, absence) = try chooseHost()
    var parameters = hosts[host]
    if let settings { parameters.settings = settings }
    parameters.needsPrimary = true
    let connection: PostgresConnection
    do {
      connection = try PostgresConnection(parameters, timeouts: timeouts)
    } catch {
      // That another host is a standby is more telling than that this one does not answer.
      throw absence?.sqlState == .isStandby ? absence! : error
    }
    // A name or an address may lead to several servers, so check the session itself.
    let found: ClusterTimeline?
    do {
      found = try connection.clusterTimeline()
    } catch {
      throw error.afterOpening
    }
    guard let clusterTimeline = found, note(clusterTimeline) else {
      throw PostgresError(
        sqlState: .isStandby, message: "the server is not the primary",
        action: "connecting to \(parameters.displayName)", sessionIsLost: true)
    }
    origin = Origin(host: host, clusterTimeline: clusterTimeline)
    return connection
  }

  /// Whether a session may continue; false once its server is not the primary.
  public func admits(_ origin: Origin) -> Bool {
    state.withLock { $0.admits(origin.clusterTimeline, of: origin.host) }
  }

  /// The number of hosts by role.
  public var counts: (primary: Int, standby: Int, away: Int) {
    state.withLock { selection in
      selection.hostStates.reduce(into: (0, 0, 0)) { counts, hostState in
        switch hostState {
        case .primary: counts.0 += 1
        case .standby: counts.1 += 1
        case .away, .unseen: counts.2 += 1
        }
      }
    }
  }

  /// Stops polling.
  public func stop() {
    for host in hostWatches { host.stop() }
  }

  private var hasPrimary: Bool {
    if case .host = state.withLock({ $0.choice }) { true } else { false }
  }

  /// Records the lineage that a session found; whether it is current.
  private func note(_ clusterTimeline: ClusterTimeline) -> Bool {
    state.withLock { selection in
      selection.note(clusterTimeline)
      return !selection.isSuperseded(clusterTimeline)
    }
  }

  private func record(_ hostState: PrimarySelection.HostState, of host: Int) {
    let change: (before: PrimarySelection, after: PrimarySelection)? = state.withLock { selection in
      let before = selection
      guard before.hostStates[host] != hostState else { return nil }
      selection.record(hostState, of: host)
      return (before, selection)
    }
    guard let change else { return }
    report(change.before, change.after, host)
    changes.wrappingAdd(1, ordering: .acquiringAndReleasing)
    for wakeup in listeners.withLock({ $0 }) { wakeup.signal() }
    // Without a primary, any of the others may be promoted.
    if case .none = change.after.choice, change.before.choice != change.after.choice {
      for host in hostWatches { host.probeNow() }
    }
  }

  private func report(_ before: PrimarySelection, _ after: PrimarySelection, _ host: Int) {
    guard hosts.count > 1 else { return }
    if case .host(let chosen, let clusterTimeline) = after.choice, before.choice != after.choice {
      logger.notice(
        "primary: \(hosts[chosen].displayName)",
        metadata: ["timeline": "\(clusterTimeline.timeline)"])
    }
    for other in after.otherPrimaries where !before.otherPrimaries.contains(other) {
      logger.error(
        "\(hosts[other].displayName) also claims to be the primary and is ignored; shut it down")
    }
    if case .away(let error) = after.hostStates[host] {
      logger.warning("\(error.debugDescription)")
    }
    if case .none(let error) = after.choice, before.choice != after.choice {
      logger.error("no primary: \(error.message)")
    }
  }
}

extension PostgresError {
  /// The error of a session that was already open: a connection closed without a message does not mean
  /// that the server is down, so it counts as terminated by an administrator.
  var afterOpening: PostgresError {
    guard sessionIsLost, sqlState == nil else { return self }
    return PostgresError(
      sqlState: .adminShutdown, message: message, action: action, sessionIsLost: true)
  }
}
