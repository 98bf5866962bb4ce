import Postgres
import SignalStore
import Signals
import TestSupport
import Testing
import Time

/// Pages of machines, in a database of each test's own whose collation is not that of bytes.
@Suite final class MachinePageTests {
  private let parameters: ConnectionParameters
  private let session: PostgresConnection
  private let owner: PostgresConnection
  private var writer: ReadingWriter
  private let day: Int64 = 86_400_000_000
  /// The database's clock at the test's beginning.
  private let now: Timestamp

  init() throws {
    let server = try PostgresServer.shared.get()
    let name = server.unusedDatabaseName()
    try PostgresConnection(server.parameters()).execute(
      "CREATE DATABASE \(name) TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'")
    parameters = server.parameters(database: name)
    _ = try Migrator(parameters, timeouts: .init(timeout: .seconds(60))).migrate()
    owner = try PostgresConnection(parameters, timeouts: .init(timeout: .seconds(60)))
    writer = try ReadingWriter(parameters)
    now = try writer.time()
    var reader = parameters
    // Days are those of UTC, and a day of this zone may have 25 hours.
    reader.settings = ReadingQueries.sessionSettings.merging(["timezone": "Europe/Berlin"]) { $1 }
    session = try PostgresConnection(reader, timeouts: .init(timeout: .seconds(60)))
    try session.prepare(ReadingQueries.machinePage)
  }

  private func page(after name: String = "", limit: Int64 = 1000) throws -> [MachineOverview] {
    var parameters = Parameters(name)
    parameters.append(limit)
    return ReadingQueries.machines(
      onPage: try session.execute(ReadingQueries.machinePage.sql, parameters))
  }

  private func reading(
    _ machine: Int32, _ type: Int16, _ offset: Int64, _ value: Double = 1
  ) -> Reading {
    Reading(machine: machine, type: type, value: value, time: now + offset)
  }

  @Test func aMachineHasItsNewestReadingOfEachTypeItEverHad() throws {
    try writer.write([
      reading(0, 1, -5_000_000, 7), reading(0, 1, -4_000_000, 8), reading(0, 0, -3 * day, 1),
      reading(1, 2, -400 * day, 42),
    ])
    try owner.execute("INSERT INTO machines (name) VALUES ('machine-3')")
    let machines = try page()
    #expect(machines.map(\.name) == ["machine-1", "machine-2", "machine-3"])
    #expect(machines[0].newest.map(\.type) == ["power", "state_change"])
    #expect(machines[0].newest.map(\.value) == [8, 1])
    #expect(machines[0].firstSeen == now + -3 * day)
    #expect(machines[0].last?.time == now + -4_000_000)
    #expect((4_000_000...64_000_000).contains(machines[0].last?.age ?? 0))
    #expect(machines[1].newest.map(\.value) == [42])
    #expect(machines[1].firstSeen == now + -400 * day)
    #expect(machines[2].newest.isEmpty && machines[2].firstSeen == nil && machines[2].last == nil)
  }

  /// On both sides of a month, where the search changes.
  @Test func theNewestIsFoundWhateverItsDay() throws {
    let ages = Array(Int64(0)...40) + [100, 365]
    for (machine, age) in ages.enumerated() {
      try writer.write([
        reading(Int32(machine), 1, -age * day - 3_000_000, Double(age)),
        reading(Int32(machine), 1, -age * day - 90_000_000_000, -1),
      ])
    }
    let found = try page().compactMap { $0.newest.first?.value }
    #expect(found.sorted() == ages.map(Double.init))
  }

  @Test func silenceIsMeasuredByTheDatabasesClock() throws {
    try writer.write([
      reading(0, 1, 0), reading(1, 1, -3_600_000_000), reading(2, 1, 500_000),
      reading(3, 1, 86_000_000_000), reading(3, 1, 0),
    ])
    try owner.execute("INSERT INTO machines (name) VALUES ('machine-5')")
    let silent = try page().map { $0.isSilent(after: .seconds(600)) }
    #expect(silent == [false, true, false, false, true])
    #expect(try page().map { $0.isSilent(after: .seconds(7200)) }[1] == false)
  }

  @Test func pagesAreInTheOrderOfBytesAndKeepNamesApart() throws {
    // The last two are equal to Unicode.
    let names = ["Z", "a", "B", "_", "ä", "machine 2", "machine 10", "\u{e9}", "e\u{301}"]
    for name in names {
      try owner.execute("INSERT INTO machines (name) VALUES ($1)", Parameters(name))
    }
    let sorted = names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(try page().map { Array($0.name.utf8) } == sorted)
    var found: [String] = []
    while let next = try page(after: found.last ?? "", limit: 2).first { found.append(next.name) }
    #expect(found.map { Array($0.utf8) } == sorted)
  }

  /// Whatever is known of the tables, and however long a machine has been silent.
  @Test(arguments: [false, true]) func oneDayOfEachSeriesIsLookedInto(isAnalyzed: Bool) throws {
    for age in stride(from: 60, through: 0, by: -1) as StrideThrough<Int64> {
      try writer.write((0..<50).map { reading($0, Int16($0 % 3), -age * day - Int64($0)) })
    }
    try writer.write([reading(50, 1, -50 * day), reading(51, 1, -20 * day)])
    if isAnalyzed { try owner.execute("ANALYZE") }
    let result = try session.execute(
      """
      EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off)
      EXECUTE machine_page('', 100)
      """)
    let lines = (0..<result.rowCount).map { result.string($0, 0) }
    let plan = lines.joined(separator: "\n")
    #expect(!plan.contains("Seq Scan") && !plan.contains("Rows Removed by Filter"), "\(plan)")
    #expect(plan.contains("machines_name_bytes"), "\(plan)")
    let days = lines.filter { $0.contains("machine_signals_2") && $0.contains("actual") }
    #expect(days.allSatisfy { $0.contains("_machine_id_type_id_time_idx") }, "\(plan)")
    // Today's for fifty, and one for each of the others.
    #expect(days.count == 3, "\(plan)")
    #expect(plan.contains("Subplans Removed"), "\(plan)")
  }
}
