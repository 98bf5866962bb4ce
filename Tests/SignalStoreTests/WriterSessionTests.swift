import EventLoop
import Postgres
import Signals
import TestSupport
import Testing
import Time

@testable import SignalStore

/// What a writer leaves on the server while another session, whose own producer is gone, holds the
/// watermark.
@Suite final class WriterSessionTests {
  private let parameters: ConnectionParameters
  /// The session that holds it.
  private let orphan: PostgresConnection
  private let observer: PostgresConnection
  private let batch = Batch(
    1,
    [Reading(machine: 0, type: 1, value: 1, time: Timestamp(microseconds: 1_795_514_400_000_000))])

  init() throws {
    var parameters = try PostgresServer.shared.get().makeDatabase()
    _ = try Migrator(parameters, timeouts: .init(timeout: .seconds(60))).migrate()
    _ = try ReadingWriter(parameters)
    orphan = try PostgresConnection(parameters, timeouts: .init(timeout: .seconds(60)))
    try orphan.execute("BEGIN")
    try orphan.execute("UPDATE ingest_watermarks SET sequence = sequence")
    observer = try PostgresConnection(parameters, timeouts: .init(timeout: .seconds(60)))
    parameters.applicationName = "writer"
    self.parameters = parameters
  }

  /// How many of the server's sessions are a writer's.
  private static func writers(
    _ observer: borrowing PostgresConnection, _ condition: String = "true"
  )
    throws -> Int64
  {
    try observer.integer(
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE application_name = 'writer' AND datname = current_database() AND \(condition)
      """)
  }

  private func attempt(_ timeouts: PostgresConnection.Timeouts) throws -> PostgresError? {
    do {
      var writer = try ReadingWriter(parameters, timeouts: timeouts)
      _ = try writer.write([batch], after: 0)
      return nil
    } catch let error as PostgresError {
      return error
    }
  }

  @Test func theServerGivesUpBeforeTheWriterDoes() throws {
    let error = try #require(try attempt(.init(timeout: .seconds(6))))
    #expect(error.sqlState == .lockNotAvailable && !error.sessionIsLost)
    #expect(error.description == "the database is locked by another session")
    #expect(try eventually { try WriterSessionTests.writers(observer) == 0 })
  }

  @Test func theServerNoticesThatTheWriterIsGone() throws {
    let interrupt = try Wakeup()
    let descriptor = interrupt.descriptor
    let parameters = parameters
    let watcher = try WorkerThread(name: "watcher") {
      let observer = try! PostgresConnection(parameters, timeouts: .init(timeout: .seconds(60)))
      // Its own name is "writer" too, and it waits for nothing.
      _ = try! eventually(within: 60) {
        try WriterSessionTests.writers(observer, "wait_event_type = 'Lock'") == 1
      }
      interrupt.signal()
    }
    let error = try #require(
      try attempt(.init(timeout: .seconds(600), interrupt: descriptor)))
    watcher.join()
    #expect(error.message == "interrupted")
    #expect(try eventually { try WriterSessionTests.writers(observer) == 0 })
  }

  @Test func settingsThatTheServerHasAreSet() throws {
    let writer = try ReadingWriter(
      parameters, producer: "00000000-0000-4000-8000-000000000002",
      timeouts: .init(timeout: .seconds(30)))
    for (name, value) in [
      "lock_timeout": "20s", "client_connection_check_interval": "2s",
      "idle_in_transaction_session_timeout": "1min", "synchronous_commit": "on",
    ] {
      #expect(try writer.connection.text("SHOW \(name)") == value)
    }
  }

  @Test(arguments: [
    ("off", "on"), ("local", "on"), ("remote_write", "on"), ("on", "on"),
    ("remote_apply", "remote_apply"),
  ])
  func synchronousCommitIsOnlyRaised(set: String, effective: String) throws {
    try observer.execute(
      "ALTER DATABASE \(parameters.database ?? "") SET synchronous_commit = \(set)")
    let writer = try ReadingWriter(parameters, producer: "00000000-0000-4000-8000-000000000003")
    #expect(try writer.connection.text("SHOW synchronous_commit") == effective)
  }

  @Test func aBoundThatIsStricterStays() throws {
    let database = parameters.database ?? ""
    try observer.execute("ALTER DATABASE \(database) SET lock_timeout = '3s'")
    try observer.execute(
      "ALTER DATABASE \(database) SET idle_in_transaction_session_timeout = '5min'")
    let writer = try ReadingWriter(
      parameters, producer: "00000000-0000-4000-8000-000000000004",
      timeouts: .init(timeout: .seconds(30)))
    #expect(try writer.connection.text("SHOW lock_timeout") == "3s")
    #expect(
      try writer.connection.text("SHOW idle_in_transaction_session_timeout") == "1min")
  }
}
