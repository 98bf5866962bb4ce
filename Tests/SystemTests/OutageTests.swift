import Foundation
import Postgres
import TestSupport
import Testing

/// What dies, and what becomes of the readings.
@Suite struct OutageTests {
  /// Distances between the power readings of machine-1, with how often each occurs.
  private func powerGaps(_ system: SignalsSystem) throws -> [Int64: Int64] {
    let result = try system.connect().execute(
      """
      SELECT gap, count(*) FROM (
        SELECT (extract(epoch FROM time - lag(time) OVER (ORDER BY time)) * 1000000)::bigint AS gap
        FROM machine_signals
        WHERE type_id = (SELECT id FROM signal_types WHERE name = 'power')
          AND machine_id = (SELECT id FROM machines WHERE name = 'machine-1')
      ) gaps WHERE gap IS NOT NULL GROUP BY gap
      """)
    return Dictionary(
      uniqueKeysWithValues: (0..<result.rowCount).map {
        (result.integer($0, 0), result.integer($0, 1))
      })
  }

  @Test func nothingIsLostWhileTheDatabaseIsAway() throws {
    let system = try SignalsSystem(server: PostgresServer())
    system.server.stop()
    // Requests are refused at once, with the time to come back.
    for path in ["/signals/power", "/signals", "/health", "/health/ready"] {
      #expect(try eventually { try system.nginx.ask(path).status == 503 })
      let answer = try system.nginx.ask(path)
      #expect(answer.status == 503)
      #expect(answer.headers["retry-after"] == ["1"])
      #expect(!answer.body.contains("PostgreSQL") && !answer.body.contains("socket"))
    }
    let health = try system.nginx.ask("/health")
    #expect(
      (health.json as? [String: Any])?["status"] as? String == "the database does not answer")
    #expect(try system.nginx.ask("/health/live").status == 200)
    // The machines go on, into memory.
    func waiting() throws -> Int {
      (try system.producerState()["backlog"] as? [String: Int])?["readings"] ?? 0
    }
    #expect(try eventually { try waiting() > 200 })
    let state = try system.producerState()
    #expect(state["state"] as? String == "running")
    #expect((state["database"] as? [String: Any])?["connected"] as? Bool == false)
    #expect(
      (state["database"] as? [String: Any])?["last_error"] as? String
        == "the database does not answer")

    try system.server.start()
    #expect(try eventually { try system.nginx.ask("/signals/power").status == 200 })
    #expect(try eventually { try waiting() == 0 })
    #expect(system.accessor.isRunning && system.producer.isRunning)
    let outcome = system.stopProducer()
    #expect(outcome.status == 0, "\(outcome.errors)")
    // None is missing. A batch whose commit the stop of the server cut off may be there twice.
    let gaps = try powerGaps(system)
    #expect(Set(gaps.keys).isSubset(of: [10_000, 0]), "\(gaps)")
  }

  @Test func aFullBacklogStopsTheMachinesUntilThereIsRoom() throws {
    let system = try SignalsSystem(
      server: PostgresServer(), settings: ["PRODUCER_BACKLOG_READINGS": "1000"])
    system.server.stop()
    #expect(
      try eventually { try system.producerState()["state"] as? String == "blocked" })
    let backlog = try #require(try system.producerState()["backlog"] as? [String: Int])
    #expect((1000..<1200).contains(backlog["readings"] ?? 0))
    try system.server.start()
    // Until they have given off something after their wait.
    let before = try #require(try system.producerState()["readings_written"] as? Int)
    #expect(
      try eventually {
        let state = try system.producerState()
        return state["state"] as? String == "running"
          && (state["readings_written"] as? Int ?? 0) > before + 1500
      })
    #expect(system.stopProducer().status == 0)
    // One gap, where the machines waited; nothing twice.
    let gaps = try powerGaps(system)
    #expect(gaps.filter { $0.key != 10_000 }.values.reduce(0, +) == 1, "\(gaps)")
    #expect(gaps.keys.allSatisfy { $0 > 0 && $0 % 10_000 == 0 })
  }

  @Test func aDatabaseThatHasGoneSilentIsToldAndFoundAgain() throws {
    let system = try SignalsSystem(
      server: PostgresServer(), settings: ["ACCESSOR_QUERY_TIMEOUT_MS": "300"])
    // All of its processes, as if the machine beneath had stopped.
    let postmaster = try #require(system.server.postmaster)
    let children = try ChildProcess.run("pgrep", ["-P", "\(postmaster)"]).output
    let processes = [postmaster] + children.split(separator: "\n").compactMap { Int32($0) }
    for process in processes { kill(process, SIGSTOP) }
    defer { for process in processes { kill(process, SIGCONT) } }
    for path in ["/signals/power", "/signals", "/health", "/health/ready", "/signals/power"] {
      let answer = try system.nginx.ask(path)
      #expect(answer.status == 503)
      #expect(answer.headers["retry-after"] == ["1"])
    }
    #expect(try system.nginx.ask("/health/live").status == 200)
    for process in processes { kill(process, SIGCONT) }
    #expect(try eventually { try system.nginx.ask("/signals/power").status == 200 })
  }

  @Test func sessionsThatAreTerminatedComeBack() throws {
    let system = try SignalsSystem(server: PostgresServer.shared.get())
    let session = try system.connect()
    for _ in 0..<3 {
      try session.execute(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'signals-accessor' AND datname = current_database()
        """)
      #expect(try eventually { try system.nginx.ask("/signals/power").status == 200 })
    }
    #expect(system.accessor.isRunning)
    #expect(system.stopAccessor().status == 0)
  }

  @Test func whatIsInMemoryIsWrittenBeforeTheProducerEnds() throws {
    let system = try SignalsSystem(server: PostgresServer.shared.get())
    let before = Date()
    let outcome = system.stopProducer()
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("info producer: stopped"))
    #expect(!FileManager.default.fileExists(atPath: system.directory.file("producer.sock")))
    // The newest reading is from the moment of the stop, not from the batch before.
    let age = try system.connect().integer(
      "SELECT (\(Int(before.timeIntervalSince1970 * 1000)) - extract(epoch FROM max(time)) * 1000)::bigint FROM machine_signals"
    )
    #expect(age <= 10, "\(age) ms before the stop")
    #expect(Array(try powerGaps(system).keys) == [10_000])
  }

  @Test func aProducerThatCannotWriteSaysHowMuchIsLost() throws {
    let system = try SignalsSystem(server: PostgresServer())
    system.server.stop()
    #expect(
      try eventually {
        (try system.producerState()["backlog"] as? [String: Int])?["readings"] ?? 0 > 0
      })
    let outcome = system.stopProducer()
    #expect(outcome.status == 1)
    let last = try #require(outcome.errors.split(separator: "\n").last)
    #expect(
      last.wholeMatch(
        of: /signals-producer: \d+ readings could not be written, because the database .*/) != nil,
      "\(last)")
  }

  @Test func moreSessionsThanTheDatabaseAllowsAreNamedAndTheRestServes() throws {
    // A server of its own: it takes all sessions that there are.
    let system = try SignalsSystem(
      server: PostgresServer(),
      settings: ["ACCESSOR_LANES": "4", "ACCESSOR_CONNECTIONS_PER_LANE": "64"])
    #expect(
      eventually {
        system.accessor.errors.contains("the database allows 197 sessions and 256 are wanted")
      })
    #expect(try system.nginx.ask("/signals/power").status == 200)
  }

  @Test func theAccessorStartsBeforeTheDatabaseIsThere() throws {
    let server = try PostgresServer()
    server.stop()
    let directory = try TemporaryDirectory()
    let accessor = try ChildProcess(
      ChildProcess.product("signals-accessor"),
      environment: SignalsSystem.environment(server, "later", directory))
    #expect(eventually { FileManager.default.fileExists(atPath: directory.file("accessor.sock")) })
    func status() throws -> Int {
      let socket = try OwnedSocket(connectedTo: directory.file("accessor.sock"))
      return try FastCGIClient.exchange(socket, "GET", "/signals/power").status
    }
    #expect(try status() == 503)
    try server.start()
    // Without the tables it says what to do.
    _ = try Connection(server.parameters()).execute("CREATE DATABASE later")
    #expect(eventually { accessor.errors.contains("signals-producer migrate makes them") })
    #expect(try status() == 503)
    let migrated = try ChildProcess.run(
      ChildProcess.product("signals-producer"), ["migrate"],
      environment: SignalsSystem.environment(server, "later", directory))
    #expect(migrated.status == 0, "\(migrated.errors)")
    #expect(migrated.errors.contains("applied signals; schema version 1"))
    #expect(try eventually { try status() == 200 })
    accessor.signal(SIGINT)
    #expect(accessor.wait().status == 0)
  }
}
