import EventLoop
import Glibc
import Postgres
import TestSupport
import Testing

@Suite struct ConnectionTests {
  let server: PostgresServer

  init() throws { server = try PostgresServer.shared.get() }

  private func connect(timeout: Duration = .seconds(30)) throws -> PostgresConnection {
    try PostgresConnection(server.parameters(), timeouts: .init(timeout: timeout))
  }

  @Test func everyTypeComesBackAsItWent() throws {
    let connection = try connect()
    var parameters = Parameters()
    parameters.append("grüße \u{1F680}")
    parameters.append(Int64.min)
    parameters.append(Int32(-7))
    parameters.append(microseconds: 1_790_000_000_123_456)
    let result = try connection.execute(
      """
      SELECT $1, $2, $3, $4, 2.5::float8, true, NULL::text, 3::int2,
        $4 = 'epoch'::timestamptz + interval '1790000000.123456 s'
      """, parameters)
    #expect(result.rowCount == 1)
    #expect(result.string(0, 0) == "grüße \u{1F680}")
    #expect(result.integer(0, 1) == .min)
    #expect(result.integer(0, 2) == -7)
    #expect(result.microseconds(0, 3) == 1_790_000_000_123_456)
    #expect(result.double(0, 4) == 2.5)
    #expect(result.boolean(0, 5) == true)
    #expect(result.isNull(0, 6) == true)
    #expect(result.integer(0, 7) == 3)
    #expect(result.boolean(0, 8) == true)
  }

  @Test func aRefusedStatementCarriesItsCodeAndLeavesTheSessionUsable() throws {
    let connection = try connect()
    let error = try #require(throws: PostgresError.self) {
      try connection.execute("SELECT * FROM no_such_table")
    }
    #expect(error.sqlState == .undefinedTable)
    #expect(!error.sessionIsLost)
    #expect(error.debugDescription.contains("no_such_table"))
    #expect(!error.description.contains("no_such_table"))
    #expect(try connection.integer("SELECT 1::int4") == 1)
  }

  @Test func aDatabaseThatDoesNotExistIsToldByItsCode() throws {
    let error = try #require(throws: PostgresError.self) {
      _ = try PostgresConnection(server.parameters(database: "no_such_database"))
    }
    #expect(error.sqlState == .invalidCatalogName)
    #expect(error.description == "the database does not exist")
  }

  @Test func aUserThatDoesNotExistIsToldApartFromSilence() throws {
    var parameters = server.parameters()
    parameters.user = "no_such_user"
    let error = try #require(throws: PostgresError.self) { _ = try PostgresConnection(parameters) }
    #expect(error.description == "the database rejected the login")
  }

  @Test func aHostOfSeveralThatTakesNoWritesIsPassedOver() throws {
    let standby = try PostgresServer()
    let administrator = try PostgresConnection(standby.parameters())
    try administrator.execute("ALTER SYSTEM SET default_transaction_read_only = on")
    try administrator.execute("SELECT pg_reload_conf()")
    #expect(
      try eventually {
        try PostgresConnection(standby.parameters()).text("SHOW default_transaction_read_only")
          == "on"
      })
    var parameters = server.parameters()
    parameters.host = "\(standby.directory),\(server.directory)"
    let timeouts = PostgresConnection.Timeouts(timeout: .seconds(60))
    let reader = try PostgresConnection(parameters, timeouts: timeouts)
    #expect(try reader.text("SHOW data_directory") == "\(standby.directory)/data")
    parameters.mustWrite = true
    let writer = try PostgresConnection(parameters, timeouts: timeouts)
    #expect(try writer.text("SHOW data_directory") == "\(server.directory)/data")
    parameters.host = standby.directory
    let error = try #require(throws: PostgresError.self) {
      _ = try PostgresConnection(parameters, timeouts: timeouts)
    }
    #expect(error.sqlState == .readOnlyTransaction)
    #expect(error.description == "the database is read-only")
    #expect(error.cause == .readOnly)
  }

  @Test func nobodyListeningIsAnErrorWithoutACode() throws {
    let error = try #require(throws: PostgresError.self) {
      _ = try PostgresConnection(
        ConnectionParameters(host: "/nonexistent", user: "x", database: "x"))
    }
    #expect(error.sqlState == nil)
    #expect(error.sessionIsLost)
    #expect(error.description == "the database does not answer")
  }

  @Test func aServerThatSaysNothingRunsIntoTheTimeout() throws {
    let silent = try SilentServer()
    let error = try #require(throws: PostgresError.self) {
      _ = try PostgresConnection(
        ConnectionParameters(host: silent.directory.path, user: "x", database: "x"),
        timeouts: .init(timeout: .milliseconds(50)))
    }
    #expect(error.message == "timed out")
  }

  @Test func aSilentHostOfSeveralIsPassedOver() throws {
    let silent = try SilentServer()
    var parameters = server.parameters()
    parameters.host = "\(silent.directory.path),/nonexistent,\(server.directory)"
    let connection = try PostgresConnection(parameters, timeouts: .init(timeout: .seconds(3)))
    #expect(try connection.integer("SELECT 1::int4") == 1)
  }

  @Test func anInterruptEndsAWaitForTheServer() throws {
    let interrupt = try Wakeup()
    var connection = try connect()
    connection.timeouts.interrupt = interrupt.descriptor
    interrupt.signal()
    let error = try #require(throws: PostgresError.self) {
      try connection.execute("SELECT pg_sleep(60)")
    }
    #expect(error.message == "interrupted")
  }

  @Test func settingsReachTheSession() throws {
    var parameters = server.parameters()
    parameters.applicationName = "signals tests"
    parameters.settings = ["statement_timeout": "1234", "DateStyle": "SQL, DMY"]
    let connection = try PostgresConnection(parameters)
    #expect(try connection.text("SHOW statement_timeout") == "1234ms")
    #expect(try connection.text("SHOW DateStyle") == "SQL, DMY")
    #expect(try connection.text("SHOW application_name") == "signals tests")
    #expect(try connection.text("SHOW client_encoding") == "UTF8")
  }

  @Test func aSettingThatTheServerDoesNotHaveIsAnError() throws {
    var parameters = server.parameters()
    parameters.settings = ["no_such_setting": "1"]
    let error = try #require(throws: PostgresError.self) { _ = try PostgresConnection(parameters) }
    #expect(error.sqlState == SQLState(rawValue: "42704"))
  }

  /// A session that nobody uses ends where the administrator has set a limit, and says why.
  @Test func aSessionThatWasIdleForTooLongSaysSo() throws {
    var parameters = server.parameters()
    parameters.settings = ["idle_session_timeout": "50"]
    let connection = try PostgresConnection(parameters)
    let never = try Wakeup()
    let error = try #require(throws: PostgresError.self) {
      _ = try connection.waitWhileIdle(for: never.descriptor, atMost: .seconds(60))
    }
    #expect(error.sessionIsLost && error.sqlState == .idleSessionTimeout)
    #expect(error.message == "terminating connection due to idle-session timeout")
  }

  @Test func aTransactionThatThrowsLeavesNothing() throws {
    let connection = try connect()
    try connection.executeScript("CREATE TEMPORARY TABLE t (n int4)")
    #expect(throws: PostgresError.self) {
      try connection.transaction { session throws(PostgresError) in
        try session.execute("INSERT INTO t VALUES (1)")
        try session.execute("SELECT 1 / 0")
      }
    }
    #expect(try connection.integer("SELECT count(*) FROM t") == 0)
    try connection.transaction { session throws(PostgresError) in
      try session.execute("INSERT INTO t VALUES (1)")
    }
    #expect(try connection.integer("SELECT count(*) FROM t") == 1)
  }

  @Test func aStatementIsCancelledFromAnotherThread() throws {
    let connection = try connect()
    let cancellation = try connection.cancellation()
    let observer = server.parameters()
    let process = connection.serverProcess
    let thread = try WorkerThread(name: "canceller") {
      let isRunning = eventually {
        try! PostgresConnection(observer).execute(
          "SELECT state = 'active' FROM pg_stat_activity WHERE pid = \(process)"
        ).boolean(0, 0)
      }
      if isRunning { try! cancellation.cancel() }
    }
    let error = try #require(throws: PostgresError.self) {
      try connection.execute("SELECT pg_sleep(60)")
    }
    thread.join()
    #expect(error.sqlState == .queryCanceled)
    #expect(!error.sessionIsLost)
    #expect(error.description == "the database timed out")
  }

  @Test func aTerminatedSessionIsLost() throws {
    let connection = try connect()
    let other = try connect()
    try other.execute("SELECT pg_terminate_backend(\(connection.serverProcess))")
    let error = try #require(throws: PostgresError.self) {
      try connection.execute("SELECT pg_sleep(60)")
    }
    #expect(error.sessionIsLost)
  }
}

/// A socket like PostgreSQL's that takes connections and never answers.
struct SilentServer {
  let directory: TemporaryDirectory
  private let socket: OwnedSocket

  init() throws {
    directory = try TemporaryDirectory()
    socket = try OwnedSocket(listeningAt: directory.file(".s.PGSQL.5432"))
  }
}
