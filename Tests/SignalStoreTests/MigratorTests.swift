import Postgres
import Synchronization
import TestSupport
import Testing

@testable import SignalStore

@Suite struct MigratorTests {
  let server: PostgresServer
  let patience = Connection.Patience(timeout: .seconds(60))
  let all = Migration.all.map(\.name)

  init() throws { server = try PostgresServer.shared.get() }

  @Test func aMissingDatabaseIsMadeAndASecondRunFindsNothingToDo() throws {
    let parameters = server.parameters(database: "\(server.unusedDatabaseName()) \"quoted\"")
    let migrator = Migrator(parameters, patience: patience)
    let first = try migrator.migrate()
    #expect(first == .init(createdDatabase: true, applied: all, version: all.count))
    let second = try migrator.migrate()
    #expect(second == .init(createdDatabase: false, applied: [], version: all.count))
    let connection = try Connection(parameters)
    #expect(try connection.integer("SELECT count(*) FROM signal_types") == 3)
  }

  @Test func manyProcessesMayMigrateAtOnce() async throws {
    let parameters = server.parameters(database: server.unusedDatabaseName())
    let migrator = Migrator(parameters, patience: patience)
    let outcomes = try await withThrowingTaskGroup(of: Migrator.Outcome.self) { group in
      for _ in 0..<4 { group.addTask { try migrator.migrate() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { !$0.applied.isEmpty } == 1)
    #expect(outcomes.allSatisfy { $0.version == all.count })
  }

  @Test func aNumberThatNoProgramWritesCountsAsNone() throws {
    let parameters = try server.makeDatabase()
    let connection = try Connection(parameters)
    try connection.executeScript(
      """
      CREATE TABLE schema_migrations
        (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz DEFAULT now());
      INSERT INTO schema_migrations (number, name) VALUES (-7, 'by hand')
      """)
    let outcome = try Migrator(parameters, patience: patience).migrate()
    #expect(outcome.applied == all)
  }

  @Test func aDatabaseNewerThanTheProgramIsRefusedAndLeftAlone() throws {
    let parameters = try server.makeDatabase()
    let migrator = Migrator(parameters, patience: patience)
    _ = try migrator.migrate()
    let connection = try Connection(parameters)
    try connection.execute("INSERT INTO schema_migrations (number, name) VALUES (99, 'future')")
    let error = try #require(throws: MigrationError.self) { try migrator.migrate() }
    #expect(error.description.hasPrefix("the database has schema version 99, this program knows"))
    #expect(
      try connection.integer("SELECT count(*) FROM schema_migrations") == Int64(all.count + 1))
  }
}
