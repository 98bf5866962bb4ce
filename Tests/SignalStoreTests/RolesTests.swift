import Postgres
import Signals
import TestSupport
import Testing
import Time

@testable import SignalStore

/// Each role may do its work and nothing else. The roles are the cluster's, and so of all tests at once.
@Suite struct RolesTests {
  let server: PostgresServer
  let parameters: ConnectionParameters
  let timeouts = PostgresConnection.Timeouts(timeout: .seconds(60))

  init() throws {
    server = try PostgresServer.shared.get()
    parameters = try server.makeDatabase()
    let outcome = try Migrator(parameters, timeouts: timeouts).migrate(makesRoles: true)
    #expect(outcome.roles == .established(unlimited: []))
  }

  private func connect(as role: String) throws -> PostgresConnection {
    var parameters = parameters
    parameters.user = role
    return try PostgresConnection(parameters, timeouts: timeouts)
  }

  @Test(arguments: [
    "UPDATE machine_signals SET value = 0", "DELETE FROM machine_signals",
    "TRUNCATE machine_signals", "DROP TABLE machine_signals", "DELETE FROM ingest_watermarks",
    "UPDATE machines SET name = 'x'", "DELETE FROM dead_letters", "DELETE FROM series",
    "UPDATE series SET machine_id = 1",
    "INSERT INTO signal_types (name, unit, description) VALUES ('x', '1', '')",
    "INSERT INTO schema_migrations VALUES (99, 'x')", "CREATE TABLE mine (x int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE SCHEMA mine",
    "ALTER TABLE machine_signals ADD COLUMN x int", "SET ROLE signals_owner",
    "SET ROLE signals_reader", "CREATE ROLE mine", "COPY machines TO PROGRAM 'true'",
    "CREATE DATABASE mine", "CREATE TEMPORARY TABLE mine (x int)", "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_create(0)", "SELECT lo_import('/etc/passwd')",
    "DO $$ BEGIN LOCK TABLE machine_signals IN SHARE UPDATE EXCLUSIVE MODE; END $$",
    "DO $$ BEGIN LOCK TABLE schema_migrations IN SHARE UPDATE EXCLUSIVE MODE; END $$",
    "ALTER ROLE signals_writer CONNECTION LIMIT -1",
  ])
  func theWriterIsRefused(statement: String) throws {
    let connection = try connect(as: Roles.writer)
    let error = try #require(throws: PostgresError.self) { try connection.execute(statement) }
    #expect(error.sqlState == .insufficientPrivilege, "\(error.message)")
  }

  @Test(arguments: [
    "INSERT INTO machines (name) VALUES ('x')", "SELECT make_day_partition(CURRENT_DATE)",
    "UPDATE ingest_watermarks SET sequence = 0", "DELETE FROM machine_signals",
    "CREATE TABLE mine (x int)", "SET ROLE signals_owner", "SET ROLE signals_writer",
    "COPY machine_signals FROM STDIN", "CREATE TEMPORARY TABLE mine (x int)",
    "SELECT lo_from_bytea(0, 'x')", "SELECT lo_creat(-1)",
    "DO $$ BEGIN LOCK TABLE machine_signals IN ROW SHARE MODE; END $$",
    "DO $$ BEGIN LOCK TABLE schema_migrations IN ROW SHARE MODE; END $$",
    "ALTER ROLE signals_reader CONNECTION LIMIT -1",
  ])
  func theReaderIsRefusedWhateverItSets(statement: String) throws {
    let connection = try connect(as: Roles.reader)
    try connection.execute("SET default_transaction_read_only = off")
    let error = try #require(throws: PostgresError.self) { try connection.execute(statement) }
    #expect(error.sqlState == .insufficientPrivilege, "\(error.message)")
  }

  @Test func theReaderReadsWithinBounds() throws {
    let connection = try connect(as: Roles.reader)
    for statement in ReadingQueries.all { try connection.prepare(statement) }
    #expect(try connection.text("SHOW default_transaction_read_only") == "on")
    #expect(try connection.text("SHOW statement_timeout") == "30s")
  }

  @Test func nobodyLogsInAsTheOwner() throws {
    let error = try #require(throws: PostgresError.self) {
      _ = try connect(as: "signals_owner")
    }
    #expect(error.message.contains("not permitted to log in"))
  }

  @Test func theWriterWritesWhateverTheDay() throws {
    var writer = try ReadingWriter(
      try connect(as: Roles.writer), producer: "6f1c0e2a-0000-4000-8000-000000000001",
      types: ["power"], machineName: { "machine-\($0)" })
    let midnight = Timestamp(microseconds: 1_800_000_000_000_000 / 86_400_000_000 * 86_400_000_000)
    let rows = ReadingRows([
      Reading(machine: 0, type: 0, value: 1, time: midnight + -1),
      Reading(machine: 1, type: 0, value: 2, time: midnight),
    ])
    let batch = Batch(
      sequence: 1, since: midnight + -1, through: midnight + 1, count: 2, rows: rows.bytes)
    #expect(try writer.write([batch], after: 0))
    #expect(
      try connect(as: Roles.reader).integer("SELECT count(DISTINCT tableoid) FROM machine_signals")
        == 2)
    #expect(try connect(as: Roles.reader).integer("SELECT count(*) FROM series") == 2)
  }

  @Test func aTableOfTheCallersDoesNotStandInForTheRealOne() throws {
    // As an administrator may have given it the right.
    try PostgresConnection(parameters).execute(
      "GRANT TEMPORARY ON DATABASE \(parameters.database ?? "") TO signals_writer")
    let writer = try connect(as: Roles.writer)
    try writer.execute("CREATE TEMPORARY TABLE machine_signals (time timestamptz)")
    try writer.execute(
      """
      CREATE FUNCTION pg_temp.to_char(date, text) RETURNS text LANGUAGE sql AS 'SELECT ''evil'''
      """)
    try writer.execute("SELECT make_day_partition('2026-01-02')")
    #expect(
      try connect(as: Roles.reader).text(
        """
        SELECT inhrelid::regclass::text FROM pg_inherits
        WHERE inhparent = 'public.machine_signals'::regclass
        """) == "machine_signals_20260102")
  }

  @Test(arguments: [
    "NULL", "'infinity'", "'-infinity'", "'1969-12-31'", "'1970-02-01'", "'9999-01-01'",
    "CURRENT_DATE - 3654",
    "CURRENT_DATE + 367",
  ])
  func aDayThatNoReadingIsOfGetsNoPartition(day: String) throws {
    let writer = try connect(as: Roles.writer)
    #expect(throws: PostgresError.self) {
      try writer.execute("SELECT make_day_partition(\(day)::date)")
    }
  }

  /// Whatever a role that can log in holds: another lock than before stood in the way of everybody.
  @Test func whoeverHoldsWhatAnybodyMayHoldStopsNeitherPartitionsNorMigrations() throws {
    let holder = try connect(as: Roles.reader)
    for key in ["7369676e616c73", "7369676e616c74", "7369676e616c75"] {
      try holder.execute("SELECT pg_advisory_lock(x'\(key)'::bigint)")
    }
    try holder.execute("BEGIN")
    for table in ["machine_signals", "schema_migrations"] {
      try holder.execute("LOCK TABLE \(table) IN ACCESS SHARE MODE")
    }
    let writer = try connect(as: Roles.writer)
    try writer.execute("SET lock_timeout = '20s'")
    try writer.execute("SELECT make_day_partition(CURRENT_DATE)")
    let administrator = try PostgresConnection(parameters)
    try administrator.execute(
      "DELETE FROM schema_migrations WHERE number = \(Migration.all.count)")
    let outcome = try Migrator(parameters, timeouts: timeouts).migrate(makesRoles: true)
    #expect(outcome.applied.count == 1 && outcome.roles == .established(unlimited: []))
  }

  @Test func twoWritersAtMidnightMakeOnePartition() async throws {
    let parameters = parameters
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var parameters = parameters
          parameters.user = Roles.writer
          let writer = try PostgresConnection(parameters, timeouts: .init(timeout: .seconds(60)))
          for day in 0..<20 {
            try writer.execute("SELECT make_day_partition(CURRENT_DATE + \(day))")
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(
      try PostgresConnection(parameters).integer(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'machine_signals'::regclass") == 20)
  }

  /// A limit of the role's is told before the server refuses sessions for it.
  @Test func theReaderMayHaveSoManySessionsAndNoMore() throws {
    let reader = try connect(as: Roles.reader)
    #expect(try reader.sessionLimit() == 64)
    #expect(
      try reader.integer("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'signals_writer'") == 16
    )
    // One that an administrator has set stays; it is the cluster's, and so of all tests at once.
    let administrator = try PostgresConnection(parameters)
    try administrator.execute("ALTER ROLE signals_reader CONNECTION LIMIT 80")
    defer { _ = try? administrator.execute("ALTER ROLE signals_reader CONNECTION LIMIT 64") }
    _ = try Migrator(parameters, timeouts: timeouts).migrate(makesRoles: true)
    #expect(try reader.sessionLimit() == 80)
  }

  @Test func everyTableIsTheOwnersAndTheReaderMayReadIt() throws {
    try connect(as: Roles.writer).execute("SELECT make_day_partition('2026-01-02')")
    let connection = try PostgresConnection(parameters)
    let tables = """
      FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v')
      """
    #expect(
      try connection.integer("SELECT count(*) \(tables) AND relowner <> 'signals_owner'::regrole")
        == 0)
    // Partitions are read through their table.
    #expect(
      try connection.integer(
        """
        SELECT count(*) \(tables) AND NOT relispartition
          AND NOT has_table_privilege('signals_reader', oid, 'SELECT')
        """) == 0)
    #expect(
      try connection.integer(
        """
        SELECT count(*) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
          AND (proowner <> 'signals_owner'::regrole
            OR has_function_privilege('signals_reader', oid, 'EXECUTE'))
        """) == 0)
  }

  @Test func whoHasNoRightToMakeRolesStaysTheOwner() throws {
    let connection = try PostgresConnection(parameters)
    let user = server.unusedDatabaseName()
    try connection.execute("CREATE ROLE \(user) LOGIN CREATEDB")
    var own = server.parameters(database: server.unusedDatabaseName())
    own.user = user
    let migrator = Migrator(own, timeouts: timeouts)
    #expect(
      try migrator.migrate(makesRoles: true).roles
        == .skipped(reason: "\(user) may not create roles: CREATEROLE required"))
    try connection.execute("ALTER ROLE \(user) CREATEROLE")
    let others = ["large objects for everyone (EXECUTE on lo_*)"]
    #expect(try migrator.migrate(makesRoles: true).roles == .established(unlimited: others))
    // And again, now that nothing is theirs any more.
    #expect(try migrator.migrate(makesRoles: true).roles == .established(unlimited: others))
  }

  @Test func manyDatabasesOfOneClusterMayGetTheirRolesAtOnce() async throws {
    // A cluster that has no roles yet.
    let fresh = try PostgresServer()
    let timeouts = timeouts
    let outcomes = try await withThrowingTaskGroup(of: Migrator.Outcome.self) { group in
      for _ in 0..<4 {
        let parameters = fresh.parameters(database: fresh.unusedDatabaseName())
        group.addTask { try Migrator(parameters, timeouts: timeouts).migrate(makesRoles: true) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.allSatisfy { $0.roles == .established(unlimited: []) })
  }

  @Test func theWriterFindsTheSchemaItNeedsOrSaysWhoIsToBringIt() throws {
    var parameters = parameters
    parameters.user = Roles.writer
    let migrator = Migrator(parameters, timeouts: timeouts)
    #expect(try migrator.migrate().applied == [])
    try PostgresConnection(self.parameters).execute(
      "DELETE FROM schema_migrations WHERE number = \(Migration.all.count)")
    let error = try #require(throws: MigrationError.self) { try migrator.migrate() }
    #expect(error.description.contains("an administrator runs signals-producer migrate"))
  }
}
