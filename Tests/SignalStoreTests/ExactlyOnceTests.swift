import Postgres
import SignalStore
import Signals
import TestSupport
import Testing
import Time

/// Each batch once, whatever is sent how often; in a database of each test's own.
@Suite final class ExactlyOnceTests {
  private let parameters: ConnectionParameters
  private let session: PostgresConnection
  /// 2026-11-24T10:00:00Z
  private let noon = Timestamp(microseconds: 1_795_514_400_000_000)

  init() throws {
    parameters = try PostgresServer.shared.get().makeDatabase()
    _ = try Migrator(parameters, timeouts: .init(timeout: .seconds(60))).migrate()
    session = try PostgresConnection(parameters, timeouts: .init(timeout: .seconds(60)))
  }

  /// The readings of a second, ten machines with ten each.
  private func batch(_ sequence: Int64) -> Batch {
    Batch(
      sequence,
      (0..<100).map {
        Reading(
          machine: Int32($0 / 10), type: 1, value: Double($0),
          time: noon + sequence * 1_000_000 + Int64($0 % 10) * 100_000)
      })
  }

  private func count(_ condition: String = "true") throws -> Int64 {
    try session.integer("SELECT count(*) FROM machine_signals WHERE \(condition)")
  }

  /// Why the database does not take a batch.
  private func refusal(_ batch: Batch, after sequence: Int64, _ writer: inout ReadingWriter)
    -> PostgresError?
  {
    do throws(PostgresError) {
      _ = try writer.write([batch], after: sequence)
      return nil
    } catch {
      return error
    }
  }

  @Test func theWatermarkIsStoredWithTheBatches() throws {
    var writer = try ReadingWriter(parameters)
    #expect(try writer.watermark().sequence == 0)
    #expect(try writer.write([batch(1), batch(2)], after: 0))
    #expect(try writer.watermark() == Watermark(sequence: 2, through: batch(2).through))
    #expect(try count() == 200)
    // A number that the spool has lost is passed over.
    #expect(try writer.write([batch(5)], after: 2))
    #expect(try writer.watermark().sequence == 5)
  }

  @Test func aBatchThatIsSentAgainIsNotStoredAgain() throws {
    var writer = try ReadingWriter(parameters)
    #expect(try writer.write([batch(1)], after: 0))
    #expect(try writer.write([batch(1)], after: 0) == false)
    #expect(try writer.isolateRejects(batch(1), after: 0) == nil)
    // From another session as well, as after a commit whose answer was lost.
    var other = try ReadingWriter(parameters)
    #expect(try other.write([batch(1), batch(2)], after: 0) == false)
    #expect(try count() == 100)
    #expect(try other.write([batch(2)], after: other.watermark().sequence))
    #expect(try count() == 200)
  }

  @Test(arguments: [
    "sequence = 9223372036854775807", "sequence = -1",
    "sequence = 5, through = 'infinity'", "sequence = 5, through = '1969-12-31'",
  ])
  func aWatermarkThatNoProducerHasWrittenIsAnErrorThatNamesIt(edit: String) throws {
    var writer = try ReadingWriter(parameters)
    #expect(try writer.write([batch(1)], after: 0))
    try session.execute("UPDATE ingest_watermarks SET \(edit)")
    let error = try #require(throws: PostgresError.self) { try writer.watermark() }
    #expect(!error.sessionIsLost)
    for text in [
      "ingest_watermarks has ", ReadingWriter.producer, "expected a sequence from 0 to",
    ] {
      #expect(error.description.contains(text))
    }
    try session.execute("UPDATE ingest_watermarks SET sequence = 1, through = '2026-11-24'")
    #expect(try writer.watermark().sequence == 1)
  }

  @Test func theRestOfABatchIsWhatLiesAtOrAfterAMoment() throws {
    let whole = batch(1)
    let moment = whole.since + 350_000
    let rest = whole.rest(from: moment)
    let readings = ReadingRows.readings(rest.rows)
    #expect(readings == ReadingRows.readings(whole.rows).filter { $0.time >= moment })
    #expect(readings.count == 60 && rest.count == 60)
    #expect(rest.since == moment && rest.through == whole.through)
  }

  @Test func producersDoNotKnowOfEachOther() throws {
    var one = try ReadingWriter(parameters)
    var other = try ReadingWriter(parameters, producer: "00000000-0000-4000-8000-000000000002")
    #expect(try one.write([batch(1)], after: 0))
    #expect(try other.write([batch(1)], after: 0))
    #expect(try count() == 200)
  }

  @Test func aRefusedBatchLeavesTheWatermarkWhereItWas() throws {
    var writer = try ReadingWriter(parameters)
    for value in [Double.nan, .infinity, -.infinity] {
      var readings = ReadingRows.readings(batch(1).rows)
      readings[50].value = value
      let error = refusal(Batch(1, readings), after: 0, &writer)
      #expect(error?.sqlState == .checkViolation)
      #expect(error?.isOfContent == true)
      #expect(try count() == 0)
      #expect(try writer.watermark().sequence == 0)
    }
  }

  @Test(arguments: [[17], [0], [99], [0, 1, 2, 50, 98, 99], Array(0..<100)])
  func badReadingsAreSetAsideWithTheReasonAndTheRestIsStored(places: [Int]) throws {
    var readings = ReadingRows.readings(batch(1).rows)
    for place in places { readings[place].value = .nan }
    var writer = try ReadingWriter(parameters)
    #expect(try writer.isolateRejects(Batch(1, readings), after: 0) == places.count)
    #expect(try writer.watermark().sequence == 1)
    #expect(try writer.deadLetters() == places.count)
    #expect(try count() == Int64(100 - places.count))
    let rows = try session.execute("SELECT * FROM dead_letters ORDER BY place")
    #expect((0..<rows.rowCount).map { Int(rows.integer($0, 3)) } == places)
    for row in 0..<rows.rowCount {
      #expect(rows.integer(row, 2) == 1)
      #expect(rows.integer(row, 4) == Int64(places[row] / 10 + 1))
      #expect(rows.double(row, 6).isNaN)
      #expect(rows.microseconds(row, 7) == readings[places[row]].time.microseconds)
      #expect(rows.string(row, 8) == "23514")
      #expect(rows.string(row, 9).contains("violates check constraint"))
    }
  }

  @Test func aConstraintThatSomebodyAddsRefusesReadingsToo() throws {
    var writer = try ReadingWriter(parameters)
    #expect(try writer.write([batch(1)], after: 0))
    try session.execute(
      "ALTER TABLE machine_signals ADD CONSTRAINT low CHECK (value < 90) NOT VALID")
    #expect(try writer.isolateRejects(batch(2), after: 1) == 10)
    #expect(try count("value >= 90") == 10)
    #expect(try count() == 190)
  }

  @Test func aConstraintThatIsCheckedAtTheEndRefusesReadingsToo() throws {
    try session.executeScript(
      """
      CREATE TABLE allowed AS SELECT n::double precision AS value FROM generate_series(0, 89) n;
      ALTER TABLE allowed ADD PRIMARY KEY (value);
      ALTER TABLE machine_signals
        ADD FOREIGN KEY (value) REFERENCES allowed DEFERRABLE INITIALLY DEFERRED
      """)
    var writer = try ReadingWriter(parameters)
    #expect(refusal(batch(1), after: 0, &writer)?.isOfContent == true)
    #expect(try writer.isolateRejects(batch(1), after: 0) == 10)
    #expect(try count() == 90)
  }

  @Test func whatATriggerDropsIsNoticedAndNothingIsStored() throws {
    try session.executeScript(
      """
      CREATE FUNCTION drop_high() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN IF NEW.value >= 97 THEN RETURN NULL; END IF; RETURN NEW; END';
      CREATE TRIGGER drop_high BEFORE INSERT ON machine_signals
        FOR EACH ROW EXECUTE FUNCTION drop_high()
      """)
    var writer = try ReadingWriter(parameters)
    let error = try #require(refusal(batch(1), after: 0, &writer))
    #expect(error.description == "the database dropped 3 of 100 readings")
    #expect(!error.isOfContent && !error.sessionIsLost)
    #expect(try count() == 0)
    #expect(try writer.watermark().sequence == 0)
    try session.execute("DROP TRIGGER drop_high ON machine_signals")
    #expect(try writer.write([batch(1)], after: 0))
  }

  @Test func readingsOfAWrongClockAreSetAsideAndThoseAfterThemStored() throws {
    var writer = try ReadingWriter(parameters)
    let year: Int64 = 365 * 86_400_000_000
    let ahead = ReadingRows.readings(batch(1).rows).map {
      Reading(machine: $0.machine, type: $0.type, value: $0.value, time: $0.time + 20 * year)
    }
    let error = try #require(refusal(Batch(1, ahead), after: 0, &writer))
    #expect(error.isOfContent)
    #expect(try writer.isolateRejects(Batch(1, ahead), after: 0) == 100)
    #expect(
      try session.integer("SELECT count(*) FROM dead_letters WHERE reason LIKE '%ten years%'")
        == 100)
    #expect(try writer.write([batch(2)], after: 1))
    #expect(try count() == 100)
  }

  @Test func aBatchThatIsSentAgainFindsItsDeadLettersThere() throws {
    var readings = ReadingRows.readings(batch(1).rows)
    readings[5].value = .nan
    var writer = try ReadingWriter(parameters)
    #expect(try writer.isolateRejects(Batch(1, readings), after: 0) == 1)
    // As after a backup of one table, or by hand.
    try session.execute("UPDATE ingest_watermarks SET sequence = 0")
    #expect(try writer.isolateRejects(Batch(1, readings), after: 0) == 1)
    #expect(try writer.deadLetters() == 1)
    #expect(try writer.watermark().sequence == 1)
  }

  @Test func aPartitionThatSomebodyDropsIsNoFaultOfTheReadings() throws {
    var writer = try ReadingWriter(parameters)
    #expect(try writer.write([batch(1)], after: 0))
    try session.execute("DROP TABLE machine_signals_20261124")
    let error = try #require(refusal(batch(2), after: 1, &writer))
    #expect(error.sqlState == .checkViolation)
    #expect(!error.isOfContent)
    // The next session makes it again.
    var next = try ReadingWriter(parameters)
    #expect(try next.write([batch(2)], after: 1))
    #expect(try count() == 100)
  }
}

@Suite struct ReadingRowsTests {
  @Test func aRowHoldsTheReadingWhole() {
    let readings = [
      Reading(machine: 0, type: 0, value: 0, time: Timestamp(microseconds: 0)),
      Reading(machine: .max, type: .max, value: -0.1, time: Timestamp(microseconds: -1)),
      Reading(
        machine: 9999, type: 2, value: .greatestFiniteMagnitude,
        time: Timestamp(microseconds: 4_102_444_800_000_000)),
    ]
    let rows = ReadingRows(readings).bytes
    #expect(rows.count == 3 * ReadingRows.size)
    #expect(ReadingRows.readings(rows) == readings)
  }
}
