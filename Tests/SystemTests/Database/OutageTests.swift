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
    // Until then it may be the database's own last words: that it is shutting down.
    #expect(
      try eventually {
        let health = try system.nginx.ask("/health").json as? [String: Any]
        return health?["status"] as? String == "the database does not answer"
          && health?["cause"] as? String == "unreachable"
      })
    #expect(try system.nginx.ask("/health/live").status == 200)
    // The machines go on, into the spool.
    #expect(try eventually { try system.waitingReadings() > 200 })
    let state = try system.producerState()
    #expect(state["state"] as? String == "running")
    #expect((state["database"] as? [String: Any])?["connected"] as? Bool == false)
    #expect(
      try eventually {
        let database = try system.producerState()["database"] as? [String: Any]
        return database?["last_error"] as? String == "the database does not answer"
          && database?["cause"] as? String == "unreachable"
      })

    try system.server.start()
    #expect(try eventually { try system.nginx.ask("/signals/power").status == 200 })
    #expect(try eventually { try system.waitingReadings() == 0 })
    #expect(system.accessor.isRunning && system.producer.isRunning)
    let outcome = system.stopProducer()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(Array(try powerGaps(system).keys) == [10_000])
  }

  @Test func aFullSpoolStopsTheMachinesUntilThereIsRoom() throws {
    let system = try SignalsSystem(
      server: PostgresServer(),
      settings: ["SPOOL_MAX_BYTES": "1048576", "PRODUCER_MACHINES": "100"])
    system.server.stop()
    #expect(
      try eventually { try system.producerState()["state"] as? String == "blocked" })
    let state = try system.producerState()
    let reason = try #require(state["blocked_reason"] as? String)
    #expect(reason.contains("is full: ") && reason.contains("of at most 1048576 bytes wait"))
    let spool = try #require(state["spool"] as? [String: Any])
    #expect(try #require(spool["bytes"] as? Int) <= 1_048_576)
    try system.server.start()
    // They make up for their wait.
    let blockedAt = try #require(state["last_sequence"] as? Int)
    #expect(
      try eventually {
        let state = try system.producerState()
        return state["state"] as? String == "running"
          && (state["last_sequence"] as? Int ?? 0) > blockedAt + 20
      })
    #expect(system.stopProducer().status == 0)
    #expect(Array(try powerGaps(system).keys) == [10_000])
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
    // At any moment of a session's life: while it is opened, idle, or at work.
    for _ in 0..<50 {
      try session.execute(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'signals-accessor' AND datname = current_database()
        """)
      // What it was asked, or is asked meanwhile, waits for the next session.
      let answer = try system.nginx.ask("/signals/power")
      #expect(answer.status == 200, "\(answer.body)\(system.accessor.errors.suffix(2000))")
    }
    #expect(system.accessor.isRunning)
    #expect(system.stopAccessor().status == 0)
  }

  @Test func aRestartLeavesNoGap() throws {
    let system = try SignalsSystem(server: PostgresServer.shared.get())
    for isKilled in [false, true] {
      let before = try #require(try system.producerState()["last_sequence"] as? Int)
      if isKilled {
        system.producer.signal(SIGKILL)
        _ = system.producer.wait()
      } else {
        let outcome = system.stopProducer()
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("info producer: stopped"))
        #expect(!outcome.errors.contains("left in the spool"))
        #expect(!FileManager.default.fileExists(atPath: system.directory.file("producer.sock")))
      }
      try system.startProducer()
      #expect(
        try eventually {
          (try system.producerState()["last_sequence"] as? Int ?? 0) > before + 5
        })
    }
    #expect(system.stopProducer().status == 0)
    #expect(Array(try powerGaps(system).keys) == [10_000])
  }

  @Test func whatCannotBeWrittenBeforeTheEndIsWrittenAfterTheNextStart() throws {
    let system = try SignalsSystem(server: PostgresServer())
    system.server.stop()
    #expect(try eventually { try system.waitingReadings() > 0 })
    let outcome = system.stopProducer()
    #expect(outcome.status == 0)
    #expect(
      outcome.errors.contains(/\d+ readings left in the spool; the next start will store them/),
      "\(outcome.errors)")
    try system.server.start()
    try system.startProducer()
    #expect(
      try eventually {
        let state = try system.producerState()
        return (state["readings_written"] as? Int ?? 0) > 0 && state["database"] != nil
      })
    #expect(try eventually { try system.waitingReadings() == 0 })
    #expect(system.stopProducer().status == 0)
    #expect(Array(try powerGaps(system).keys) == [10_000])
  }

  @Test func aSecondProducerOnTheSameSpoolIsRefused() throws {
    let system = try SignalsSystem(server: PostgresServer.shared.get())
    let second = try system.runProducer()
    #expect(second.status == 1)
    #expect(
      second.errors.contains(
        /in use by another producer \(process \d+\); set SPOOL_DIR to a separate directory/))
    #expect(try eventually { try system.producerState()["state"] as? String == "running" })
  }

  @Test func moreSessionsThanTheDatabaseAllowsAreNamedAndTheRestServes() throws {
    // A server of its own: it takes all sessions that there are.
    let system = try SignalsSystem(
      server: PostgresServer(),
      settings: ["ACCESSOR_LANES": "4", "ACCESSOR_CONNECTIONS_PER_LANE": "64"])
    #expect(
      eventually {
        system.accessor.errors.contains("the database allows 197 sessions but 268 are needed")
      })
    #expect(try system.nginx.ask("/signals/power").status == 200)
  }

  @Test func whatOneLaneHasFoundNoOtherDenies() throws {
    let system = try SignalsSystem(server: PostgresServer(), settings: ["ACCESSOR_LANES": "8"])
    system.server.stop()
    #expect(try eventually { try system.nginx.ask("/signals/power").status == 503 })
    // Until each lane rests between two attempts.
    #expect(
      eventually { system.accessor.errors.components(separatedBy: "error database ").count > 8 })
    try system.server.start()
    func status() throws -> Int {
      let socket = try system.connectToAccessor()
      return try FastCGIClient.exchange(socket, "GET", "/signals/power").status
    }
    #expect(try eventually { try status() == 200 })
    for _ in 0..<100 { #expect(try status() == 200) }
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
    _ = try PostgresConnection(server.parameters()).execute("CREATE DATABASE later")
    #expect(eventually { accessor.errors.contains("run signals-producer migrate") })
    #expect(try status() == 503)
    let migrated = try ChildProcess.run(
      ChildProcess.product("signals-producer"), ["migrate"],
      environment: SignalsSystem.environment(server, "later", directory))
    #expect(migrated.status == 0, "\(migrated.errors)")
    #expect(migrated.errors.contains("applied signals, ingest, "))
    #expect(try eventually { try status() == 200 })
    accessor.signal(SIGINT)
    #expect(accessor.wait().status == 0)
  }
}
