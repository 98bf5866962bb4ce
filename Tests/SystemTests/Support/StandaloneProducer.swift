import Foundation
import Postgres
import TestSupport

/// A producer and its database, without those who ask: what it does is seen at its control endpoint.
final class StandaloneProducer {
  let directory: TemporaryDirectory
  let server: PostgresServer
  let database: String
  private let environment: [String: String?]
  private(set) var process: ChildProcess?

  /// Starts nothing.
  ///
  /// - Parameter host: Where the producer finds its database; the server itself when left out.
  init(_ server: PostgresServer, host: String? = nil, settings: [String: String?] = [:]) throws {
    directory = try TemporaryDirectory()
    self.server = server
    database = server.unusedDatabaseName()
    environment = SignalsSystem.environment(
      server, database, directory,
      ["DB_HOST": host ?? server.directory, "PRODUCER_MACHINES": "3"].merging(settings) { $1 })
  }

  var spool: String { directory.file("spool") }
  /// What the running one, or the last, has said.
  var log: String { process?.errors ?? "" }

  /// Starts it where none runs.
  ///
  /// - Parameter settings: That count for this time only.
  func start(settings: [String: String?] = [:]) throws {
    process = try ChildProcess(
      ChildProcess.product("signals-producer"),
      environment: environment.merging(settings) { $1 }, directory: directory.path)
  }

  /// Ends it as an administrator would.
  func stop() -> ChildProcess.Outcome? { end(by: SIGTERM) }

  /// Ends it, which a kill does at once.
  @discardableResult
  func end(by signal: Int32) -> ChildProcess.Outcome? {
    process?.signal(signal)
    return process?.wait()
  }

  /// Runs a command of the program, with the same settings, to its end.
  func run(_ arguments: String..., settings: [String: String?] = [:]) throws -> ChildProcess.Outcome
  {
    try ChildProcess.run(
      ChildProcess.product("signals-producer"), arguments,
      environment: environment.merging(settings) { $1 }, directory: directory.path)
  }

  /// What `verify` says, past whatever is between the producer and its database, or of the one on
  /// another server.
  func verify(at server: PostgresServer? = nil) throws -> [String: Any] {
    let server = server ?? self.server
    let outcome = try run("verify", "--json", settings: ["DB_HOST": server.directory])
    let json = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    guard let json else { throw SetupFailure("\(outcome.output)\(outcome.errors)") }
    return json
  }

  /// Asks its control endpoint, with the token.
  func control(_ method: String, _ path: String) throws -> FastCGIClient.Answer {
    try FastCGIClient.exchange(
      OwnedSocket(connectedTo: directory.file("producer.sock")), method, path,
      [("HTTP_AUTHORIZATION", "Bearer \(SignalsSystem.token)")])
  }

  /// Its state; empty while it does not answer.
  func state() -> [String: Any] {
    guard let answer = try? control("GET", "/producer") else { return [:] }
    let json = try? JSONSerialization.jsonObject(with: Data(answer.body.utf8))
    return json as? [String: Any] ?? [:]
  }

  /// The number of the last batch that the database is known to have; nil before that is known.
  private var watermark: Int? { (state()["watermark"] as? [String: Any])?["sequence"] as? Int }
  var stored: Int { watermark ?? 0 }

  /// What it says of its database.
  var lastError: String? { (state()["database"] as? [String: Any])?["last_error"] as? String }

  /// Waits until so many batches more than now are stored; after a start, more than were before it.
  func isStoring(_ batches: Int = 5) -> Bool {
    var before: Int?
    return eventually(within: 60) {
      guard let stored = watermark else { return false }
      before = before ?? stored
      return stored >= before! + batches
    }
  }

  /// A session with its database, past whatever is between the two.
  func connect() throws -> PostgresConnection {
    try PostgresConnection(
      server.parameters(database: database), timeouts: .init(timeout: .seconds(60)))
  }
}
