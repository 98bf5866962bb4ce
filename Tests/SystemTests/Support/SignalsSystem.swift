import Foundation
import Postgres
import TestSupport

/// The whole system as it is deployed: a database, both services, nginx in front of them.
///
/// Each has its own files and ports, and is gone with the last reference.
final class SignalsSystem {
  static let token = "token-of-the-system-tests"

  let directory: TemporaryDirectory
  let server: PostgresServer
  let database: String
  private(set) var nginx: NginxServer
  private(set) var accessor: ChildProcess
  private(set) var producer: ChildProcess
  private let environment: [String: String?]

  /// Starts everything and waits until it is healthy.
  ///
  /// - Parameters:
  ///   - server: Where its database is; a test that stops the server gives one of its own.
  ///   - settings: Of both services, in addition to those that make them find each other.
  ///   - token: For reading, where that needs one.
  init(
    server: PostgresServer, settings: [String: String?] = [:], readiness token: String = "unused"
  ) throws {
    directory = try TemporaryDirectory()
    self.server = server
    database = server.unusedDatabaseName()
    environment = SignalsSystem.environment(server, database, directory, settings)
    producer = try ChildProcess(
      ChildProcess.product("signals-producer"), environment: environment, directory: directory.path)
    accessor = try ChildProcess(
      ChildProcess.product("signals-accessor"), environment: environment, directory: directory.path)
    nginx = try NginxServer(
      accessor: directory.file("accessor.sock"), producer: directory.file("producer.sock"))
    let isHealthy = try eventually {
      // Each lane finds the database by itself, and the first to do so must not speak for all.
      try allLanesAreConnected() && nginx.ask("/health").status == 200
        && nginx.ask("/signals/power", "-H", "Authorization: Bearer \(token)").body != "[]"
    }
    guard isHealthy else {
      throw SetupFailure(
        "not healthy; producer: \(producer.errors)\naccessor: \(accessor.errors)")
    }
  }

  private func allLanesAreConnected() -> Bool {
    let log = accessor.errors
    guard let lanes = log.firstMatch(of: /lanes=(\d+)/).flatMap({ Int($0.1) }) else { return false }
    let connected = Set(log.matches(of: /info database (\d+): connected to the database/).map(\.1))
    return connected.count == lanes
  }

  /// The environment of a service that uses this database and directory.
  static func environment(
    _ server: PostgresServer, _ database: String, _ directory: TemporaryDirectory,
    _ settings: [String: String?] = [:]
  ) -> [String: String?] {
    [
      "DB_HOST": server.directory, "DB_PORT": "5432", "DB_USER": "postgres", "DB_NAME": database,
      "RUN_DIR": directory.path, "CONTROL_TOKEN": token, "LOG_LEVEL": "debug",
      // The machine of the tests may be busy; those that mean a silent database say so.
      "ACCESSOR_QUERY_TIMEOUT_MS": "20000",
    ].merging(settings) { $1 }
  }

  /// A session with the system's own database.
  func connect() throws -> PostgresConnection {
    try PostgresConnection(
      server.parameters(database: database), timeouts: .init(timeout: .seconds(60)))
  }

  /// How many sessions of this database wait for a lock, as `observer` sees it.
  func waitingForLocks(_ observer: borrowing PostgresConnection) throws -> Int64 {
    try observer.integer(
      """
      SELECT count(*) FROM pg_locks WHERE NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """)
  }

  /// A FastCGI connection to the accessor, past nginx.
  func connectToAccessor() throws -> OwnedSocket {
    try OwnedSocket(connectedTo: directory.file("accessor.sock"))
  }

  /// Asks the control endpoint through nginx, with the token.
  func control(_ method: String, _ path: String, _ body: String? = nil) throws -> NginxServer.Answer
  {
    let header = "Authorization: Bearer \(SignalsSystem.token)"
    guard let body else { return try nginx.ask(path, "-X", method, "-H", header) }
    return try nginx.ask(
      path, "-X", method, "-H", header, "-H", "Content-Type: application/json", "--data-binary",
      "@-", input: body)
  }

  /// The state of the producer, as its control endpoint tells it.
  func producerState() throws -> [String: Any] {
    try control("GET", "/producer").json as? [String: Any] ?? [:]
  }

  /// Ends the producer as an administrator would.
  func stopProducer() -> ChildProcess.Outcome {
    producer.signal(SIGTERM)
    return producer.wait()
  }

  /// Starts another producer where the one before has ended.
  func startProducer() throws {
    producer = try ChildProcess(
      ChildProcess.product("signals-producer"), environment: environment, directory: directory.path)
  }

  /// Runs the producer's program beside the running one, with the same settings, until it ends.
  func runProducer(_ arguments: [String] = []) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      ChildProcess.product("signals-producer"), arguments,
      environment: environment.merging(["PRODUCER_SOCKET": directory.file("second.sock")]) { $1 },
      directory: directory.path)
  }

  /// The readings that the spool holds for the database.
  func waitingReadings() throws -> Int {
    (try producerState()["spool"] as? [String: Any])?["readings"] as? Int ?? 0
  }

  /// Ends the accessor as an administrator would.
  func stopAccessor() -> ChildProcess.Outcome {
    accessor.signal(SIGTERM)
    return accessor.wait()
  }
}
