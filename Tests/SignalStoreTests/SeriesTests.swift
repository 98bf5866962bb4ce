import Postgres
import Signals
import TestSupport
import Testing
import Time

@testable import SignalStore

/// 2026-11-24T10:00:00Z
private let noon = Timestamp(microseconds: 1_795_514_400_000_000)
private let day = Partitions.microsecondsPerDay

private func reading(
  _ machine: Int32, _ type: Int16, _ offset: Int64, value: Double = 1
) -> Reading {
  Reading(machine: machine, type: type, value: value, time: noon + offset)
}

@Suite struct SeriesTrackerTests {
  private var tracker = SeriesTracker(typeCount: 3)

  /// What is to be written for readings: the offsets of the first and of the last day's end from the
  /// day's beginning.
  private func changes(_ readings: [Reading]) -> SeriesTracker.Changes {
    var changes: SeriesTracker.Changes = [:]
    tracker.note(ReadingRows(readings).bytes[...], in: &changes)
    return changes
  }

  private mutating func write(_ readings: Reading...) -> SeriesTracker.Changes {
    let changes = changes(readings)
    tracker.settle(changes)
    return changes
  }

  @Test mutating func aSeriesIsToldOnFirstSightAndOnceADay() throws {
    let first = write(reading(1, 2, 0), reading(1, 2, 10), reading(0, 0, 5))
    #expect(Set(first.keys) == [.init(machine: 1, type: 2), .init(machine: 0, type: 0)])
    #expect(first[.init(machine: 1, type: 2)]?.first == noon)
    #expect(write(reading(1, 2, 20), reading(0, 0, 14 * 3_600_000_000 - 1)).isEmpty)
    let midnight = write(reading(1, 2, 14 * 3_600_000_000))
    #expect(midnight.values.map(\.end) == [noon + (38 * 3_600_000_000)])
    #expect(write(reading(1, 2, 15 * 3_600_000_000), reading(1, 2, 3)).isEmpty)
  }

  @Test mutating func anEarlierReadingIsToldWithTheFirstThatIsKnown() throws {
    _ = write(reading(0, 1, 0))
    #expect(write(reading(0, 1, -7)).values.map(\.first) == [noon + -7])
    #expect(write(reading(0, 1, -7), reading(0, 1, -1)).isEmpty)
  }

  @Test func whatIsNotSettledIsToldAgain() {
    #expect(changes([reading(5, 1, 0)]) == changes([reading(5, 1, 0)]))
    #expect(!changes([reading(5, 1, 0)]).isEmpty)
  }
}

/// The table, in a database of each test's own.
@Suite final class SeriesTests {
  private let parameters: ConnectionParameters
  private let session: PostgresConnection
  private let migrator: Migrator

  init() throws {
    parameters = try PostgresServer.shared.get().makeDatabase()
    migrator = Migrator(parameters, timeouts: .init(timeout: .seconds(60)))
    _ = try migrator.migrate()
    // Days are those of UTC, whatever the database says.
    let database = parameters.database ?? ""
    try PostgresConnection(parameters).execute(
      "ALTER DATABASE \(database) SET timezone = 'Asia/Tokyo'")
    session = try PostgresConnection(parameters, timeouts: .init(timeout: .seconds(60)))
  }

  private func series() throws -> [String] {
    try list(
      """
      SELECT format('%s %s %s %s', machine.name, type.name,
        to_char(first_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), last_day)
      FROM series JOIN machines machine ON machine.id = machine_id
      JOIN signal_types type ON type.id = type_id ORDER BY machine.name, type.name
      """)
  }

  private func list(_ sql: String) throws -> [String] {
    let rows = try session.execute(sql)
    return (0..<rows.rowCount).map { rows.string($0, 0) }
  }

  /// What the readings themselves say.
  private func expectTruth(at location: SourceLocation = #_sourceLocation) throws {
    let truth = try list(
      """
      SELECT format('%s %s %s %s', machine.name, type.name,
        to_char(min(time) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
        (max(time) AT TIME ZONE 'UTC')::date)
      FROM machine_signals JOIN machines machine ON machine.id = machine_id
      JOIN signal_types type ON type.id = type_id GROUP BY machine.name, type.name
      ORDER BY machine.name, type.name
      """)
    #expect(try series() == truth, sourceLocation: location)
  }

  @Test func aReadingFromAWrongClockHidesNoneThatFollow() throws {
    let now = Timestamp.now
    var writer = try ReadingWriter(parameters)
    func write(_ offset: Int64, value: Double) throws {
      try writer.write([Reading(machine: 0, type: 1, value: value, time: now + offset)])
    }
    try write(-5_000_000, value: 1)
    try write(40 * day, value: 2)
    try write(-4_000_000, value: 3)
    #expect(
      try list("SELECT last_day::text FROM series")
        == list("SELECT (now() AT TIME ZONE 'UTC')::date::text"))
    var page = Parameters("")
    page.append(Int64(10))
    let machines = ReadingQueries.machines(
      onPage: try session.execute(ReadingQueries.machinePage.sql, page))
    #expect(machines.map { $0.newest.map(\.value) } == [[3]])
  }

  @Test func whatIsWrittenIsToldInTheSameTransaction() throws {
    var writer = try ReadingWriter(parameters)
    try writer.write([reading(0, 1, 0), reading(1, 0, -20 * 3_600_000_000), reading(1, 0, 7)])
    #expect(
      try series() == [
        "machine-1 power 2026-11-24 10:00:00.000000 2026-11-24",
        "machine-2 state_change 2026-11-23 14:00:00.000000 2026-11-24",
      ])
    try writer.write([reading(0, 1, 3 * day), reading(0, 2, 3 * day + 5)])
    // Late.
    try writer.write([reading(0, 1, -4 * day)])
    try expectTruth()
    var other = try ReadingWriter(parameters, producer: "00000000-0000-4000-8000-000000000002")
    try other.write([reading(0, 1, 0), reading(0, 1, -9 * day)])
    try expectTruth()
  }

  @Test func rowsAreWrittenOnceADayAndNotWithEveryBatch() throws {
    var writer = try ReadingWriter(parameters)
    try writer.write([reading(0, 1, 0)])
    let version = "SELECT xmin::text FROM series"
    let first = try session.text(version)
    for offset in 1..<5 { try writer.write([reading(0, 1, Int64(offset))]) }
    #expect(try session.text(version) == first)
    try writer.write([reading(0, 1, day)])
    #expect(try session.text(version) != first)
  }

  @Test func aBatchThatIsRefusedTellsNothing() throws {
    var writer = try ReadingWriter(parameters)
    try writer.write([reading(0, 1, 0)])
    let bad = Batch(2, [reading(0, 1, -day, value: .nan), reading(0, 1, 9)])
    #expect(throws: PostgresError.self) { _ = try writer.write([bad], after: 1) }
    try expectTruth()
    #expect(try writer.isolateRejects(bad, after: 1) == 1)
    try expectTruth()
    // It was not the writer's turn.
    #expect(try writer.write([Batch(3, [reading(3, 1, 0)])], after: 1) == false)
    try expectTruth()
    #expect(try writer.write([Batch(3, [reading(3, 1, 0), reading(0, 1, -day)])], after: 2))
    try expectTruth()
  }

  @Test func theNextSessionTellsAllAnew() throws {
    var writer = try ReadingWriter(parameters)
    try writer.write([reading(0, 1, 0), reading(0, 2, 0)])
    // As when the database has gone back.
    try session.execute("DELETE FROM series")
    try session.execute("DELETE FROM machine_signals")
    var next = try ReadingWriter(parameters)
    try next.write([reading(0, 1, 50), reading(0, 2, 51)])
    try expectTruth()
  }

  @Test func theMigrationTellsWhatIsStored() throws {
    var writer = try ReadingWriter(parameters)
    let readings = (0..<3000).map { (number: Int64) -> Reading in
      reading(Int32(number % 7), Int16(number % 3), -(number % 11) * day - number)
    }
    try writer.write(readings)
    try session.execute("DELETE FROM machine_signals WHERE machine_id = 2 AND type_id = 2")
    // As a release before had it.
    try session.executeScript(
      """
      DROP TABLE series;
      DROP INDEX machines_name_bytes;
      DELETE FROM schema_migrations WHERE name = 'series'
      """)
    #expect(try migrator.migrate().applied == ["series"])
    #expect(try series().count == 20)
    try expectTruth()
    #expect(
      try session.integer("SELECT count(*) FROM pg_proc WHERE proname = 'first_readings_of_days'")
        == 0)
  }
}
