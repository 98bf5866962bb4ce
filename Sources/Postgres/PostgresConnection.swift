internal import CPostgres
internal import EventLoop
internal import Glibc

/// A session with a PostgreSQL server. The corresponding C type is `PGconn`.
///
/// It has one owner and is used by one thread at a time, either with blocking calls (``execute(_:_:)``,
/// ``copy(_:_:)``), bounded by ``timeouts``, or in an event loop with ``send(_:_:)``, ``receive()`` and
/// ``flush()``, which never block.
// It cannot be copied, and libpq allows any thread to use a connection as long as only one does at a
// time.
public struct PostgresConnection: ~Copyable, @unchecked Sendable {
  /// The limits of blocking calls.
  public struct Timeouts: Sendable {
    public var timeout: Duration
    /// A descriptor that ends every wait when it becomes readable, such as that of a ``Wakeup``.
    public var interrupt: Int32?

    public init(timeout: Duration = .seconds(10), interrupt: Int32? = nil) {
      self.timeout = timeout
      self.interrupt = interrupt
    }

    var deadline: ContinuousClock.Instant { .now + timeout }
  }

  private let session: SessionHandle
  /// The limits of blocking calls.
  public var timeouts: Timeouts
  /// The result of the statement sent with ``send(_:_:)``, before the statement has ended.
  var received: QueryResult?

  /// Connects; with several hosts, to the first that accepts.
  ///
  /// The corresponding C functions are `PQconnectStartParams` and `PQconnectPoll`, which unlike
  /// `PQconnectdbParams` can be interrupted, except for the lookup of the host name.
  /// - Throws: ``PostgresError``, with the server's ``SQLState`` if it sent one.
  public init(_ parameters: ConnectionParameters, timeouts: Timeouts = Timeouts())
    throws(PostgresError)
  {
    // libpq tries the next host only when one refuses, not when it is silent, so each host is tried
    // separately with its share of the timeout.
    let hosts = parameters.perHost
    var share = timeouts
    share.timeout = timeouts.timeout / hosts.count
    var opened: SessionHandle?
    var failures: [PostgresError] = []
    for host in hosts where opened == nil {
      do {
        opened = try PostgresConnection.open(host, share)
      } catch {
        failures.append(error)
      }
    }
    guard let session = opened else {
      // An error from a server says more than a missing response.
      throw failures.first { $0.sqlState != nil } ?? failures[0]
    }
    self.init(session, timeouts)
  }

  private init(_ session: SessionHandle, _ timeouts: Timeouts) {
    self.session = session
    self.timeouts = timeouts
    received = nil
  }

  var handle: OpaquePointer { session.pointer }

  /// Not with the startup parameter `options`, which poolers such as PgBouncer reject.
  private func apply(_ settings: [String: String]) throws(PostgresError) {
    guard !settings.isEmpty else { return }
    var parameters = Parameters()
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      parameters.append(name)
      parameters.append(value)
    }
    let calls = (0..<settings.count).map { "set_config($\(2 * $0 + 1), $\(2 * $0 + 2), false)" }
    try execute("SELECT \(calls.joined(separator: ", "))", parameters)
  }

  /// The socket, for a ``Poller``; it does not change during the session.
  public var descriptor: Int32 { PQsocket(handle) }

  /// The server process of this session, as in `pg_stat_activity`.
  public var serverProcess: Int32 { PQbackendPID(handle) }

  private static func open(_ parameters: ConnectionParameters, _ timeouts: Timeouts)
    throws(PostgresError) -> SessionHandle
  {
    let action = "connecting to \(parameters.displayName)"
    let session = SessionHandle(taking: try PostgresConnection.start(parameters, action))
    // Only the verbose message includes the SQLSTATE of a refused connection.
    PQsetErrorVerbosity(session.pointer, PQERRORS_VERBOSE)
    try PostgresConnection.establish(session.pointer, timeouts, action)
    PQsetErrorVerbosity(session.pointer, PQERRORS_DEFAULT)
    PQsetnonblocking(session.pointer, 1)
    try PostgresConnection(session, timeouts).apply(parameters.settings)
    return session
  }

  private static func start(_ parameters: ConnectionParameters, _ action: String)
    throws(PostgresError) -> OpaquePointer
  {
    let list = parameters.keywords
    let names = list.map { strdup($0.name) }
    let values = list.map { strdup($0.value) }
    defer { for text in names + values { free(text) } }
    let started = PQconnectStartParams(
      names.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 0)
    guard let started else {
      throw PostgresError(message: "out of memory", action: action, sessionIsLost: true)
    }
    return started
  }

  private static func establish(_ handle: OpaquePointer, _ timeouts: Timeouts, _ action: String)
    throws(PostgresError)
  {
    let deadline = timeouts.deadline
    // As libpq documents: start as if the last poll had returned "writing".
    var state = PQstatus(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
    while true {
      switch state {
      case PGRES_POLLING_OK: return
      case PGRES_POLLING_READING:
        try wait(PQsocket(handle), .readable, until: deadline, timeouts.interrupt, action)
      case PGRES_POLLING_WRITING:
        try wait(PQsocket(handle), .writable, until: deadline, timeouts.interrupt, action)
      default:
        let verbose = oneLine(PQerrorMessage(handle))
        throw PostgresError(
          sqlState: SQLState(ofPooler: verbose) ?? SQLState(inVerboseMessage: verbose)
            ?? SQLState(ofLibpq: verbose),
          // Without the location in the server's source code.
          message: String(
            verbose.prefix(
              upTo: verbose.firstRange(of: "; LOCATION:")?.lowerBound ?? verbose.endIndex)),
          action: action, sessionIsLost: true)
      }
      state = PQconnectPoll(handle)
    }
  }

  /// Waits for the session's socket.
  static func wait(
    _ descriptor: Int32, _ interest: Poller.Interest, until deadline: ContinuousClock.Instant,
    _ interrupt: Int32?, _ action: String
  ) throws(PostgresError) {
    do {
      switch try Readiness.wait(
        for: descriptor, interest, until: deadline, interrupt: interrupt)
      {
      case .ready: return
      case .timedOut:
        throw PostgresError(
          message: "timed out", action: action, sessionIsLost: true)
      case .interrupted:
        throw PostgresError(message: "interrupted", action: action, sessionIsLost: true)
      }
    } catch let error as PostgresError {
      throw error
    } catch {
      throw PostgresError(message: "\(error)", action: action, sessionIsLost: true)
    }
  }

  /// The error of the last failed call.
  func failure(_ action: String) -> PostgresError {
    guard PQstatus(handle) == CONNECTION_BAD else {
      return PostgresError(message: oneLine(PQerrorMessage(handle)), action: action)
    }
    // The server's last message may have arrived but not been processed.
    _ = PQisBusy(handle)
    return PostgresError(
      sqlState: session.end?.sqlState,
      message: session.end?.message ?? oneLine(PQerrorMessage(handle)), action: action,
      sessionIsLost: true)
  }
}

extension SQLState {
  /// Extracts the code from a line such as `FATAL:  3D000: database "x" does not exist`; the first word
  /// is localized.
  init?(inVerboseMessage message: String) {
    for part in message.split(separator: ": ") {
      let word = part.trimmingPrefix { $0 == " " }
      let isCode = word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
      if word.utf8.count == 5, isCode, word.utf8.contains(where: { $0 < 0x3A }) {
        self.init(rawValue: String(word))
        return
      }
    }
    return nil
  }

  /// PgBouncer passes on the server's message under its own code (protocol_violation).
  fileprivate init?(ofPooler message: String) {
    guard message.contains(/\s08P01: database ".*" does not exist/) else { return nil }
    self = .invalidCatalogName
  }

  /// libpq reports a read-only server without a code.
  fileprivate init?(ofLibpq message: String) {
    if message.hasSuffix("session is read-only") {
      self = .readOnlyTransaction
    } else if message.hasSuffix("server is in hot standby mode") {
      self = .isStandby
    } else {
      return nil
    }
  }
}
