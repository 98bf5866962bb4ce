import Postgres
import TestSupport
import Testing

/// Sessions of their own for what is slow, on a real database.
@Suite struct WorkloadTests {
  private let database: ConnectionParameters
  private let program: TestProgram

  init() throws {
    database = try PostgresServer.shared.get().makeDatabase()
    program = try TestProgram(database)
  }

  /// How many sessions there are for questions, and how many of them sleep.
  private func sessions(_ observer: borrowing PostgresConnection) throws -> (
    all: Int64, asleep: Int64
  ) {
    let rows = try observer.execute(
      """
      SELECT count(*), count(*) FILTER (WHERE state = 'active' AND query LIKE '%pg_sleep%')
      FROM pg_stat_activity
      WHERE datname = current_database() AND query ~ '::bigint|transaction_read_only'
        AND pid <> pg_backend_pid()
      """)
    return (rows.integer(0, 0), rows.integer(0, 1))
  }

  /// Asks and does not wait for the answer.
  private func begin(_ target: String) throws -> OwnedSocket {
    let client = try program.connect()
    try client.send(FastCGIClient.request("GET", target))
    return client
  }

  @Test func slowQuestionsNeverStandInFrontOfFastOnes() throws {
    let observer = try PostgresConnection(database)
    let slow = try (1...20).map { try begin("/sleep?seconds=600&number=\($0)") }
    #expect(try eventually { try sessions(observer).asleep == 2 })
    // Behind none of them: the first of those that wait would be answered in ten minutes.
    for _ in 0..<100 { #expect(try program.ask("/newest").body == "1") }
    #expect(try sessions(observer).asleep == 2)
    #expect(
      try eventually {
        try program.ask("/metrics").body.contains("\ntest_requests_waiting{workload=\"scan\"} 20\n")
      })
    #expect(
      try program.ask("/metrics").body.contains(
        "\ntest_database_sessions_busy{workload=\"scan\"} 2\n"))
    withExtendedLifetime(slow) {}
  }

  @Test func sessionsForSlowQuestionsAreOpenedForTheFirst() throws {
    let observer = try PostgresConnection(database)
    for _ in 0..<10 { #expect(try program.ask("/newest").status == 200) }
    func opened() throws -> Int64 {
      try observer.integer(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """)
    }
    // One of them looks at the host.
    #expect(try opened() == 3)
    #expect(try program.ask("/sleep?number=7").body == "7")
    #expect(try eventually { try opened() == 5 })
  }

  @Test func eachWorkloadHasAPlannerAndADeadlineOfItsOwn() throws {
    #expect(try program.ask("/settings/0").body == #""off force_generic_plan 20s on""#)
    #expect(try program.ask("/settings/1").body == #""on auto 1min on""#)
  }

  @Test func aClientThatLeavesHasItsSlowQuestionCancelled() throws {
    let observer = try PostgresConnection(database)
    var clients = try (1...2).map { try begin("/sleep?seconds=600&number=\($0)") }
    #expect(try eventually { try sessions(observer).asleep == 2 })
    clients.removeLast()
    #expect(try eventually { try sessions(observer).asleep == 1 })
    // Its session goes on.
    #expect(try program.ask("/sleep?number=3").body == "3")
    clients.removeAll()
    #expect(try eventually { try sessions(observer).asleep == 0 })
    #expect(
      try program.ask("/metrics").body.contains(
        "\ntest_queries_cancelled_total{workload=\"scan\"} 2\n"))
  }
}
