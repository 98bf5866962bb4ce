import Foundation
import GRDB
import Postgres
import TestSupport
import Testing

/// `signals-producer verify`, on what a real producer has stored.
@Suite struct VerifyTests {
  private struct Result {
    let status: Int32
    let json: [String: Any]

    func count(_ name: String) -> Int? { json[name] as? Int }
    var holds: Bool { json["holds"] as? Bool ?? false }
  }

  private func verify(_ system: SignalsSystem, _ arguments: String...) throws -> Result {
    let outcome = try system.runProducer(["verify", "--json"] + arguments)
    let json = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return Result(
      status: outcome.status,
      json: try #require(json as? [String: Any], "\(outcome.output)\(outcome.errors)"))
  }

  private func system() throws -> SignalsSystem {
    let system = try SignalsSystem(
      server: PostgresServer.shared.get(), settings: ["PRODUCER_MACHINES": "3"])
    // Another plan, to be found again on the timeline.
    #expect(try system.control("PATCH", "/producer", #"{"seed":9,"machines":2}"#).status == 200)
    let fault = #"{"machine":"machine-2","code":7,"stop_seconds":0.2}"#
    #expect(try system.control("POST", "/producer/faults", fault).status == 201)
    let before = try #require(try system.producerState()["last_sequence"] as? Int)
    #expect(
      try eventually { try #require(system.producerState()["last_sequence"] as? Int) > before + 9 })
    return system
  }

  @Test(arguments: ["simulation", "spool"]) func aRunningProducerHolds(standard: String) throws {
    let system = try system()
    let running = try verify(system, "--against", standard)
    #expect(running.status == 0 && running.holds)
    #expect(try #require(running.count("expected")) > 0)
    #expect(running.count("expected") == running.count("stored"))
    #expect(system.stopProducer().status == 0)
    let stopped = try verify(system, "--against", standard)
    #expect(stopped.status == 0 && stopped.holds)
    #expect(try #require(stopped.count("stored")) >= #require(running.count("stored")))
  }

  @Test(arguments: ["simulation", "spool"]) func whatIsWrongIsCounted(standard: String) throws {
    let system = try system()
    #expect(system.stopProducer().status == 0)
    try system.connect().executeScript(
      """
      CREATE TEMPORARY TABLE victims AS
        SELECT machine_id, type_id, time, value, row_number() OVER (ORDER BY time, machine_id) AS n
        FROM machine_signals
        WHERE type_id = (SELECT id FROM signal_types WHERE name = 'power')
        ORDER BY time, machine_id LIMIT 20;
      DELETE FROM machine_signals s USING victims v WHERE n <= 5 AND s.time = v.time
        AND s.machine_id = v.machine_id AND s.type_id = v.type_id;
      UPDATE machine_signals s SET value = 1 FROM victims v WHERE n BETWEEN 6 AND 8
        AND s.time = v.time AND s.machine_id = v.machine_id AND s.type_id = v.type_id;
      INSERT INTO machine_signals (machine_id, type_id, time, value)
        SELECT machine_id, type_id, time, value FROM victims WHERE n BETWEEN 9 AND 15;
      INSERT INTO machine_signals (machine_id, type_id, time, value)
        SELECT machine_id, type_id, time + '1 us', value FROM victims WHERE n BETWEEN 16 AND 17;
      """)
    let result = try verify(system, "--against", standard)
    #expect(result.status == 1 && !result.holds)
    #expect(result.count("missing") == 5)
    #expect(result.count("different") == 3)
    #expect(result.count("duplicate") == 7)
    #expect(result.count("unexpected") == 2)
    let text = try system.runProducer(["verify", "--against", standard])
    #expect(text.status == 1)
    #expect(text.output.contains("The stored readings differ from the expected ones."))
  }

  @Test(arguments: [
    // One that is damaged and not yet noticed, one that was set aside, one that is simply not there.
    "UPDATE batches SET rows = zeroblob(length(rows)) WHERE sequence = 3",
    """
    INSERT INTO quarantine (sequence, reason) SELECT min(sequence), 'by a test' FROM batches;
    DELETE FROM batches WHERE sequence = (SELECT min(sequence) FROM batches);
    """,
    "DELETE FROM batches WHERE sequence = 3",
  ])
  func aBatchThatTheSpoolDoesNotHaveIsNotComparedAndSaidSo(damage: String) throws {
    let system = try system()
    #expect(system.stopProducer().status == 0)
    let spool = try DatabaseQueue(path: system.directory.file("spool/spool.sqlite"))
    try spool.write { try $0.execute(sql: damage) }
    try spool.close()
    let result = try verify(system, "--against", "spool")
    #expect(result.status == 1 && !result.holds)
    #expect(result.count("absent_batches") == 1 && result.count("missing") == 0)
    let text = try system.runProducer(["verify", "--against", "spool"])
    #expect(text.output.contains("1 batch is not in the spool and was not compared"))
    // The machines' stream needs no spool.
    #expect(try verify(system).holds)
  }

  @Test func whatTheSpoolNoLongerKnowsIsSaid() throws {
    let system = try system()
    #expect(system.stopProducer().status == 0)
    #expect(try verify(system).json["cut_short"] as? Bool == false)
    let spool = try DatabaseQueue(path: system.directory.file("spool/spool.sqlite"))
    try spool.write {
      try $0.execute(
        sql: "UPDATE plans SET plan = 'x' WHERE since = (SELECT min(since) FROM plans)")
    }
    try spool.close()
    let result = try verify(system)
    #expect(result.status == 0 && result.holds && result.json["cut_short"] as? Bool == true)
    #expect(
      try system.runProducer(["verify"]).output.contains(
        """
        Every reading is stored exactly once. Earlier readings were not checked: the spool has \
        expired their plans.
        """))
  }

  @Test func thatItKnowsNothingOfBeforeIsSaidWhenTheOnlyPlanWasLost() throws {
    let producer = try StandaloneProducer(PostgresServer.shared.get())
    try producer.start()
    #expect(producer.isStoring())
    #expect(producer.stop()?.status == 0)
    let spool = try DatabaseQueue(path: "\(producer.spool)/spool.sqlite")
    try spool.write { try $0.execute(sql: "UPDATE plans SET plan = 'x'") }
    try spool.close()
    try producer.start()
    #expect(producer.isStoring())
    #expect(producer.stop()?.status == 0)
    let result = try producer.verify()
    #expect(result["holds"] as? Bool == true && result["cut_short"] as? Bool == true, "\(result)")
  }

  @Test func nothingToCompareIsNoSuccess() throws {
    let system = try system()
    #expect(system.stopProducer().status == 0)
    let later = try system.runProducer(["verify", "--from", "2090-01-01T00:00:00Z"])
    #expect(later.status == 1 && later.errors.contains("no readings in that period"))
    let earlier = try system.runProducer(["verify", "--to", "2020-01-01T00:00:00Z"])
    #expect(earlier.status == 1 && earlier.errors.contains("no readings in that period"))
    let spool = try DatabaseQueue(path: system.directory.file("spool/spool.sqlite"))
    try spool.write { try $0.execute(sql: "DELETE FROM batches") }
    try spool.close()
    let forgotten = try system.runProducer(["verify", "--against", "spool"])
    #expect(
      forgotten.status == 1 && forgotten.errors.contains("no stored batch is left in the spool"))
  }

  @Test func aReadingThatTheDatabaseRefusesIsSetAsideAndTheRestGoesOn() throws {
    let system = try system()
    try system.connect().execute(
      "ALTER TABLE machine_signals ADD CONSTRAINT not_seven CHECK (type_id <> 3 OR value <> 77) NOT VALID"
    )
    let fault = #"{"machine":"machine-1","code":77}"#
    #expect(try system.control("POST", "/producer/faults", fault).status == 201)
    #expect(try eventually { try system.producerState()["dead_letters"] as? Int == 1 })
    let after = try #require(try system.producerState()["last_sequence"] as? Int)
    #expect(
      try eventually {
        let watermark = try system.producerState()["watermark"] as? [String: Any]
        return try #require(watermark?["sequence"] as? Int) > after
      })
    #expect(system.stopProducer().status == 0)
    let result = try verify(system)
    #expect(result.status == 1)
    #expect(result.count("missing") == 1 && result.count("dead_letters") == 1)
    #expect(
      try system.runProducer(["verify"]).output.contains(
        "1 reading rejected by the database, see the database's table dead_letters."))
    let letters = try system.connect().execute("SELECT value, reason FROM dead_letters")
    #expect(letters.rowCount == 1 && letters.double(0, 0) == 77)
    #expect(letters.string(0, 1).contains("not_seven"))
  }

  @Test func argumentsAndAnEmptySpoolAreExplained() throws {
    let server = try PostgresServer.shared.get()
    let directory = try TemporaryDirectory()
    func run(_ arguments: String...) throws -> ChildProcess.Outcome {
      try ChildProcess.run(
        ChildProcess.product("signals-producer"), ["verify"] + arguments,
        environment: SignalsSystem.environment(server, server.unusedDatabaseName(), directory))
    }
    let missing = try run()
    #expect(missing.status == 1)
    #expect(missing.errors.contains("no spool in \(directory.path)/spool; set SPOOL_DIR"))
    let order = try run("--from", "2026-01-02T00:00:00Z", "--to", "2026-01-01T00:00:00Z")
    #expect(order.status == 64 && order.errors.contains("--from must be before --to"))
    #expect(try run("--from", "yesterday").errors.contains("'yesterday' is invalid"))
    #expect(!FileManager.default.fileExists(atPath: directory.file("spool")))
  }
}
