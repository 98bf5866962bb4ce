import Postgres
import Synchronization
import TestSupport
import Testing

@testable import SignalStore

@Suite struct MigratorTests {
  let server: PostgresServer
  let timeouts = PostgresConnection.Timeouts(timeout: .seconds(60))
  let all = Migration.all.map(\.name)

  init() throws { server = try PostgresServer.shared.get() }

  @Test func aMissingDatabaseIsMadeAndASecondRunFindsNothingToDo() throws {
    let parameters = server.parameters(database: "\(server.unusedDatabaseName()) \"quoted\"")
    let migrator = Migrator(parameters, timeouts: timeouts)
    let first = try migrator.migrate()
    #expect(first == .init(createdDatabase: true, applied: all, version: all.count))
    let second = try migrator.migrate()
    #expect(second == .init(createdDatabase: false, applied: [], version: all.count))
    let connection = try PostgresConnection(parameters)
    #expect(try connection.integer("SELECT count(*) FROM signal_types") == 3)
  }

  @Test func manyProcessesMayMigrateAtOnce() async throws {
    let parameters = server.parameters(database: server.unusedDatabaseName())
    let migrator = Migrator(parameters, timeouts: timeouts)
    let outcomes = try await withThrowingTaskGroup(of: Migrator.Outcome.self) { group in
      for _ in 0..<4 { group.addTask { try migrator.migrate() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { !$0.applied.isEmpty } == 1)
    #expect(outcomes.allSatisfy { $0.version == all.count })
  }

  @Test func aNumberThatNoProgramWritesCountsAsNone() throws {
    let parameters = try server.makeDatabase()
    let connection = try PostgresConnection(parameters)
    try connection.executeScript(
      """
      CREATE TABLE schema_migrations
        (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz DEFAULT now());
      INSERT INTO schema_migrations (number, name) VALUES (-7, 'by hand')
      """)
    let outcome = try Migrator(parameters, timeouts: timeouts).migrate()
    #expect(outcome.applied == all)
  }

  /// Readers of JSON round what is beyond 2^53.
  @Test(arguments: [(7, 8), (9_007_199_254_740_993, 42)] as [(Int64, Int64)])
  func idsStayBelow(last: Int64, next: Int64) throws {
    let parameters = try server.makeDatabase()
    let migrator = Migrator(parameters, timeouts: timeouts)
    _ = try migrator.migrate()
    let connection = try PostgresConnection(parameters)
    // As a release before had it.
    try connection.executeScript(
      """
      DELETE FROM schema_migrations WHERE number >= (SELECT number FROM schema_migrations WHERE name = 'ids');
      ALTER TABLE machine_signals ALTER COLUMN id SET MAXVALUE 9223372036854775807 SET CACHE 1;
      SELECT make_day_partition(current_date);
      INSERT INTO machine_signals (id, time, value, machine_id, type_id)
        SELECT id, now(), 1, 1, 1 FROM unnest(ARRAY[41, 9007199254740992, \(last)]) id;
      SELECT setval(pg_get_serial_sequence('machine_signals', 'id'), \(last))
      """)
    #expect(try migrator.migrate().applied.first == "ids")
    let given = """
      INSERT INTO machine_signals (time, value, machine_id, type_id)
      SELECT now(), 1, 1, 1 RETURNING id
      """
    #expect(try connection.integer(given) == next)
    try connection.execute(
      "SELECT setval(pg_get_serial_sequence('machine_signals', 'id'), 9007199254740990)")
    #expect(try connection.integer(given) == 9_007_199_254_740_991)
    let error = try #require(throws: PostgresError.self) { try connection.execute(given) }
    #expect(error.sqlState == .sequenceLimitExceeded && !error.isOfContent)
  }

  @Test func aDatabaseNewerThanTheProgramIsRefusedAndLeftAlone() throws {
    let parameters = try server.makeDatabase()
    let migrator = Migrator(parameters, timeouts: timeouts)
    _ = try migrator.migrate()
    let connection = try PostgresConnection(parameters)
    try connection.execute("INSERT INTO schema_migrations (number, name) VALUES (99, 'future')")
    let error = try #require(throws: MigrationError.self) { try migrator.migrate() }
    #expect(error.description.hasPrefix("the database has schema version 99, but this program"))
    #expect(
      try connection.integer("SELECT count(*) FROM schema_migrations") == Int64(all.count + 1))
  }
}
