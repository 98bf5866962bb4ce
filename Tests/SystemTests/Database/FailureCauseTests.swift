import Foundation
import Postgres
import TestSupport
import Testing

@testable import SignalsCLI

/// A database that answers, but not with readings: the API says of what kind that is, and nothing else.
@Suite struct FailureCauseTests {
  /// What is done to a database with tables, in which the user `reader` reads.
  struct Trouble: CustomStringConvertible, Sendable {
    let cause: String
    let detail: String
    var sql: [String] = []
    var settings: [String: String] = [:]
    var description: String { "\(cause): \(sql)\(settings)" }
  }

  private static let noTables =
    "the database tables are missing or not in the search_path"

  static let troubles = [
    Trouble(cause: "no_tables", detail: noTables, sql: ["ALTER ROLE reader SET search_path = ''"]),
    Trouble(cause: "no_tables", detail: noTables, sql: ["DROP TABLE machines"]),
    Trouble(
      cause: "no_tables", detail: noTables,
      sql: ["ALTER TABLE signal_types RENAME COLUMN unit TO unity"]),
    Trouble(
      cause: "no_tables", detail: noTables,
      sql: ["CREATE SCHEMA plant", "ALTER TABLE machines SET SCHEMA plant"]),
    Trouble(
      cause: "no_tables", detail: noTables,
      sql: ["REVOKE USAGE ON SCHEMA public FROM PUBLIC, reader"]),
    Trouble(
      cause: "no_rights", detail: "permission denied by the database",
      sql: ["REVOKE SELECT ON signal_types, machine_signals FROM reader"]),
    Trouble(
      cause: "login_refused", detail: "the database rejected the login",
      sql: ["ALTER ROLE reader NOLOGIN"]),
    Trouble(
      cause: "no_connection_left", detail: "the database has no free connections",
      sql: ["ALTER ROLE reader CONNECTION LIMIT 0"]),
    Trouble(
      cause: "no_database", detail: "the database does not exist",
      settings: ["DB_NAME": "no_such_database"]),
    Trouble(
      cause: "unreachable", detail: "the database does not answer",
      settings: ["DB_HOST": "/nonexistent"]),
  ]

  /// A server of its own: roles belong to all databases of a server.
  private func makeDatabase() throws -> (PostgresServer, String) {
    let server = try PostgresServer()
    try StandaloneAccessor.migrate(server, "plant")
    let session = try PostgresConnection(server.parameters(database: "plant"))
    for statement in [
      "CREATE ROLE reader LOGIN", "GRANT USAGE ON SCHEMA public TO reader",
      "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
    ] { try session.execute(statement) }
    return (server, "plant")
  }

  private func expect(_ trouble: Trouble, of accessor: StandaloneAccessor) throws {
    #expect(
      try eventually { try accessor.object("/health")["cause"] as? String == trouble.cause },
      "\(accessor.log)")
    for path in ["/health", "/health/ready"] {
      #expect(try accessor.ask(path).status == 503)
      let health = try accessor.object(path)
      #expect(health["status"] as? String == trouble.detail)
      #expect(health["cause"] as? String == trouble.cause)
      let check = (health["checks"] as? [String: [[String: Any]]])?["database:responseTime"]?.first
      #expect(check?["output"] as? String == trouble.detail)
    }
    for path in ["/signals/power", "/signals", "/signals/nope"] {
      let answer = try accessor.ask(path)
      #expect(answer.status == 503, "\(path)")
      #expect(answer.headers["Retry-After"] == "1")
      let problem = try accessor.object(path)
      #expect(problem["detail"] as? String == trouble.detail)
      #expect(problem["cause"] as? String == trouble.cause)
      for secret in ["reader", "relation", "machine_signals", "SELECT", "plant", "/nonexistent"] {
        #expect(!answer.body.contains(secret), "\(answer.body)")
      }
    }
  }

  @Test(arguments: troubles) func theKindOfTroubleIsTold(trouble: Trouble) throws {
    let (server, database) = try makeDatabase()
    let session = try PostgresConnection(server.parameters(database: database))
    for statement in trouble.sql { try session.execute(statement) }
    let accessor = try StandaloneAccessor(
      server, database, settings: trouble.settings.merging(["DB_USER": "reader"]) { a, _ in a })
    try expect(trouble, of: accessor)
  }

  @Test func troubleThatComesLaterIsTold() throws {
    let (server, database) = try makeDatabase()
    let accessor = try StandaloneAccessor(server, database, settings: ["DB_USER": "reader"])
    #expect(try eventually { try accessor.ask("/signals").status == 200 }, "\(accessor.log)")
    let session = try PostgresConnection(server.parameters(database: database))
    try session.execute("REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM reader")
    try expect(
      Trouble(cause: "no_rights", detail: "permission denied by the database"),
      of: accessor)
    try session.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    #expect(try eventually { try accessor.ask("/signals").status == 200 })
    try session.execute("ALTER TABLE machine_signals RENAME TO elsewhere")
    #expect(try accessor.object("/signals/power")["cause"] as? String == "no_tables")
    #expect(try accessor.object("/health")["cause"] as? String == "no_tables")
  }

  @Test func thereIsAdviceForEveryCause() {
    func advice(_ cause: String?) -> String {
      DatabaseCause.advice(cause, of: "signals-accessor", .elsewhere)
    }
    for cause in PostgresError.Cause.allCases {
      #expect((advice(cause.rawValue) == advice("?")) == (cause == .refused), "\(cause.rawValue)")
    }
  }
}
