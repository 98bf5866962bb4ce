public import EventLoop
internal import Glibc
internal import Logging
public import Postgres
internal import Synchronization
public import SystemPackage

/// Looks at every host of the database each second, and knows which of them is the primary.
///
/// Each host has a thread and a session of its own, so that one that is silent holds up no other.
public final class PrimaryWatch: Sendable {
  /// Where a session was opened.
  public struct Origin: Sendable, Hashable {
    let host: Int
    let lineage: Lineage
  }

  /// How long the first look may take before those that have not answered are left out.
  private static let grace = Duration.seconds(1)

  private let hosts: [ConnectionParameters]
  private let looks: [HostLook]
  private let state: Mutex<Primaries>
  private let listeners = Mutex<[Wakeup]>([])
  private let changes = Atomic(0)
  private let settlesAt = ContinuousClock.now + PrimaryWatch.grace
  private let logger = Logger(label: "database")

  public init(_ parameters: ConnectionParameters) throws(Errno) {
    let hosts = parameters.oneForEachHost
    var looks: [HostLook] = []
    for host in hosts { looks.append(try HostLook(host)) }
    self.hosts = hosts
    self.looks = looks
    state = Mutex(Primaries(hosts: hosts.count))
    for (number, look) in looks.enumerated() {
      try look.start(name: "look \(number)", isHurried: { [self] in !hasPrimary }) { [self] view in
        see(view, of: number)
      }
    }
  }

  /// A session with the primary of several hosts, or with the only one whatever it is.
  public static func connectOnce(
    _ parameters: ConnectionParameters, patience: Connection.Patience
  ) throws -> Connection {
    guard parameters.oneForEachHost.count > 1 else {
      return try Connection(parameters, patience: patience)
    }
    let watch = try PrimaryWatch(parameters)
    defer { watch.stop() }
    var origin: Origin?
    return try watch.connect(patience: patience, &origin)
  }

  /// Grows whenever something was seen that may concern a session.
  public var generation: Int { changes.load(ordering: .acquiring) }

  /// From now on `wakeup` is signalled when ``generation`` grows.
  public func tell(_ wakeup: Wakeup) { listeners.withLock { $0.append(wakeup) } }

  /// Why there is no primary; nil while there is one, or that is not known yet.
  public var absence: PostgresError? {
    if case .none(let error) = state.withLock({ $0.choice }) { error } else { nil }
  }

  /// How to reach the primary; waits for the first look.
  ///
  /// - Throws: ``PostgresError`` when there is none.
  public func primary() throws(PostgresError) -> ConnectionParameters {
    hosts[try chooseHost().host]
  }

  /// - Returns: The primary; or, while none is known, a host that may be it all the same, and why none is.
  private func chooseHost() throws(PostgresError) -> (host: Int, absence: PostgresError?) {
    while true {
      let isLate = ContinuousClock.now >= settlesAt
      let (choice, fallback) = state.withLock { primaries in
        if isLate { primaries.settle() }
        return (primaries.choice, primaries.fallback)
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

  /// Opens a session with the primary; waits for the first look.
  ///
  /// - Parameters:
  ///   - settings: Of the session; nil for those of the parameters.
  ///   - origin: Where that is.
  /// - Throws: ``PostgresError``, also when there is none, or the server turns out to be none.
  public func connect(
    settings: [String: String]? = nil, patience: Connection.Patience, _ origin: inout Origin?
  ) throws(PostgresError) -> Connection {
    let (host, absence) = try chooseHost()
    var parameters = hosts[host]
    if let settings { parameters.settings = settings }
    parameters.needsPrimary = true
    let connection: Connection
    do {
      connection = try Connection(parameters, patience: patience)
    } catch {
      // That another host is a standby says more than that this one does not answer.
      throw absence?.sqlState == .isStandby ? absence! : error
    }
    // Behind one name, or one address, there may be several servers: it is the session that counts.
    let found: Lineage?
    do {
      found = try connection.lineage()
    } catch {
      throw error.afterOpening
    }
    guard let lineage = found, note(lineage) else {
      throw PostgresError(
        sqlState: .isStandby, message: "the server is not the primary, or no longer",
        action: "connecting to \(parameters.displayName)", sessionIsLost: true)
    }
    origin = Origin(host: host, lineage: lineage)
    return connection
  }

  /// Whether a session may go on; not so when its server is no longer the primary, or never was.
  public func admits(_ origin: Origin) -> Bool {
    state.withLock { $0.admits(origin.lineage, of: origin.host) }
  }

  /// How many hosts are seen as what.
  public var counts: (primary: Int, standby: Int, away: Int) {
    state.withLock { primaries in
      primaries.views.reduce(into: (0, 0, 0)) { counts, view in
        switch view {
        case .primary: counts.0 += 1
        case .standby: counts.1 += 1
        case .away, .unseen: counts.2 += 1
        }
      }
    }
  }

  /// Ends all looks.
  public func stop() {
    for look in looks { look.stop() }
  }

  private var hasPrimary: Bool {
    if case .host = state.withLock({ $0.choice }) { true } else { false }
  }

  /// A session has shown where a server stands; whether that is good enough.
  private func note(_ lineage: Lineage) -> Bool {
    state.withLock { primaries in
      primaries.note(lineage)
      return !primaries.isSuperseded(lineage)
    }
  }

  private func see(_ view: Primaries.View, of host: Int) {
    let change: (before: Primaries, after: Primaries)? = state.withLock { primaries in
      let before = primaries
      guard before.views[host] != view else { return nil }
      primaries.see(view, of: host)
      return (before, primaries)
    }
    guard let change else { return }
    report(change.before, change.after, host)
    changes.wrappingAdd(1, ordering: .acquiringAndReleasing)
    for wakeup in listeners.withLock({ $0 }) { wakeup.signal() }
    // Where there is no primary any more, each of the others may become it.
    if case .none = change.after.choice, change.before.choice != change.after.choice {
      for look in looks { look.hurry() }
    }
  }

  private func report(_ before: Primaries, _ after: Primaries, _ host: Int) {
    guard hosts.count > 1 else { return }
    if case .host(let chosen, let lineage) = after.choice, before.choice != after.choice {
      logger.notice(
        "the primary is \(hosts[chosen].displayName)",
        metadata: ["timeline": "\(lineage.timeline)"])
    }
    for rival in after.rivals where !before.rivals.contains(rival) {
      logger.error(
        "\(hosts[rival].displayName) says that it is a primary, too; it is left alone: stop it")
    }
    if case .away(let error) = after.views[host] { logger.warning("\(error.debugDescription)") }
    if case .none(let error) = after.choice, before.choice != after.choice {
      logger.error("there is no primary: \(error.message)")
    }
  }
}

extension PostgresError {
  /// The error of a session that was open already: one that broke off without a word says nothing of its
  /// server, the next one does. It counts as one that somebody has ended.
  var afterOpening: PostgresError {
    guard sessionIsLost, sqlState == nil else { return self }
    return PostgresError(
      sqlState: .adminShutdown, message: message, action: action, sessionIsLost: true)
  }
}
