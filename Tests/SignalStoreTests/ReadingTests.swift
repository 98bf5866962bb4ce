import Postgres
import SignalStore
import Signals
import TestSupport
import Testing
import Time

/// Writes readings and asks for them, in a database of each test's own.
@Suite final class ReadingTests {
  private let parameters: ConnectionParameters
  private var session: PostgresConnection
  /// 2026-11-24T10:00:00Z
  private let noon = Timestamp(microseconds: 1_795_514_400_000_000)

  init() throws {
    parameters = try PostgresServer.shared.get().makeDatabase()
    _ = try Migrator(parameters, timeouts: .init(timeout: .seconds(60))).migrate()
    var reader = parameters
    reader.settings = ReadingQueries.sessionSettings
    let session = try PostgresConnection(reader, timeouts: .init(timeout: .seconds(60)))
    for statement in ReadingQueries.all { try session.prepare(statement) }
    self.session = session
  }

  private func makeWriter(types: [String] = ["state_change", "power", "error"]) throws
    -> ReadingWriter
  {
    try ReadingWriter(parameters, types: types)
  }

  private struct Found: Equatable {
    let machine: String
    let value: Double
    let time: Timestamp
  }

  private func newest(
    _ type: String, _ limit: Int64, machine: String? = nil, since: Timestamp? = nil
  ) throws -> Result<[Found], NoSuch> {
    var parameters = Parameters(type)
    parameters.append(limit)
    if let machine { parameters.append(machine) }
    parameters.append(microseconds: since?.microseconds ?? ReadingQueries.earliest)
    let statement = machine == nil ? ReadingQueries.newest : ReadingQueries.newestOfMachine
    var isSent = try session.send(statement, parameters)
    while !isSent { isSent = try session.flush() }
    while true {
      switch session.receive() {
      case .pending: continue
      case .finished(.failure(let error)): throw error
      case .finished(.success(let result)):
        if let emptyReason = NewestReadings.emptyReason(result) {
          return .failure(NoSuch(emptyReason: emptyReason))
        }
        var found: [Found] = []
        for row in 0..<NewestReadings.count(result) {
          let machine = NewestReadings.withMachine(result, row) {
            String(decoding: $0, as: UTF8.self)
          }
          found.append(
            Found(
              machine: machine, value: NewestReadings.value(result, row),
              time: NewestReadings.time(result, row)))
        }
        return .success(found)
      }
    }
  }

  private struct NoSuch: Error, Equatable { let emptyReason: NewestReadings.EmptyReason }

  private func power(_ machine: Int32, _ value: Double, _ offset: Int64) -> Reading {
    Reading(machine: machine, type: 1, value: value, time: noon + offset)
  }

  @Test func theNewestComeFirstAndInOneOrderWhenTheyAreAsOld() throws {
    var writer = try makeWriter()
    try writer.write([
      power(0, 1, 0), power(1, 2, 0), power(1, 4, 10_000), power(0, 3, 10_000),
      Reading(machine: 0, type: 0, value: 1, time: noon),
    ])
    let first = Found(machine: "machine-1", value: 3, time: noon + 10_000)
    let second = Found(machine: "machine-2", value: 4, time: noon + 10_000)
    let third = Found(machine: "machine-1", value: 1, time: noon)
    let fourth = Found(machine: "machine-2", value: 2, time: noon)
    #expect(try newest("power", 4) == .success([first, second, third, fourth]))
    #expect(try newest("power", 2) == .success([first, second]))
    #expect(try newest("power", 10, machine: "machine-1") == .success([first, third]))
    #expect(try newest("state_change", 10).get().map(\.value) == [1])
  }

  @Test func absenceIsToldApartFromEmptiness() throws {
    var writer = try makeWriter()
    try writer.write([power(0, 1, 0)])
    #expect(try newest("error", 10) == .success([]))
    #expect(try newest("error", 10, machine: "machine-1") == .success([]))
    #expect(try newest("nonsense", 10) == .failure(NoSuch(emptyReason: .unknownType)))
    #expect(
      try newest("nonsense", 10, machine: "machine-1")
        == .failure(NoSuch(emptyReason: .unknownType)))
    #expect(
      try newest("power", 10, machine: "machine-9")
        == .failure(NoSuch(emptyReason: .unknownMachine)))
  }

  @Test func readingsOfManyDaysFindTheirPartitions() throws {
    var writer = try makeWriter()
    let day: Int64 = 86_400_000_000
    try writer.write((0..<5).map { power(0, Double($0), Int64($0) * day) })
    #expect(try newest("power", 10).get().map(\.value) == [4, 3, 2, 1, 0])
    // Five with readings, two ahead.
    #expect(
      try session.integer(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'machine_signals'::regclass") == 7)
  }

  @Test func onlyTheDaysSinceAreLookedAt() throws {
    var writer = try makeWriter()
    let day: Int64 = 86_400_000_000
    try writer.write((0..<9).map { power(0, Double($0), Int64($0) * day) })
    #expect(try newest("power", 2, since: noon + 7 * day).get().map(\.value) == [8, 7])
    #expect(
      try newest("power", 3, machine: "machine-1", since: noon + 7 * day).get().map(\.value)
        == [8, 7])
    #expect(try newest("power", 2, since: noon + 9 * day).get().isEmpty)
    for arguments in ["'power', 2, '2026-12-01'", "'power', 2, 'machine-1', '2026-12-01'"] {
      let isOfMachine = arguments.contains("machine")
      let plan = try plan(of: isOfMachine ? "newest_of_machine" : "newest", arguments)
      // The last days of November; December has one with readings and two ahead.
      #expect(plan.contains("Subplans Removed: 7"), "\(plan)")
    }
  }

  @Test func daysWithoutAReadingGetNoPartition() throws {
    var writer = try makeWriter()
    // As when a clock that began in 1970 is set.
    let first = Reading(machine: 0, type: 1, value: 1, time: Timestamp(microseconds: 5))
    let batches = [Batch(1, [first]), Batch(2, [power(0, 2, 0)])]
    #expect(try writer.write(batches, after: 0))
    #expect(
      try session.integer(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'machine_signals'::regclass") == 4)
  }

  @Test func machinesAreRegisteredOnceHoweverOftenAWriterComes() throws {
    for _ in 0..<5 {
      var writer = try makeWriter()
      try writer.write([power(19, 1, 0)])
    }
    #expect(try session.integer("SELECT count(*) FROM machines") == 20)
    #expect(try session.integer("SELECT max(id) FROM machines") == 20)
    #expect(try newest("power", 1).get().map(\.machine) == ["machine-20"])
  }

  @Test func twoWritersShareMachinesAndPartitions() throws {
    var one = try makeWriter()
    var other = try makeWriter()
    try one.write([power(0, 1, 0)])
    try other.write([power(0, 2, 1), power(2, 3, 2)])
    try one.write([power(2, 4, 3)])
    #expect(try newest("power", 10).get().map(\.value) == [4, 3, 2, 1])
    #expect(try session.integer("SELECT count(*) FROM machines") == 3)
  }

  @Test func aTypeThatTheDatabaseLacksIsNamed() throws {
    do {
      _ = try makeWriter(types: ["power", "torque"])
      Issue.record("a missing type was not noticed")
    } catch let error as PostgresError {
      #expect(error.message == "unknown signal type \"torque\"")
    }
  }

  /// What ``ReadingQueries/age`` finds.
  private struct Age: Equatable {
    var microseconds: Int64?
    var newest: Timestamp?
    var ahead: Int64?
  }

  private func age(since horizon: Timestamp? = nil) throws -> Age {
    var parameters = Parameters()
    parameters.append(microseconds: horizon?.microseconds ?? ReadingQueries.earliest)
    let found = try session.execute(ReadingQueries.age.sql, parameters)
    return Age(
      microseconds: found.isNull(0, 0) ? nil : found.integer(0, 0),
      newest: found.isNull(0, 1) ? nil : Timestamp(microseconds: found.microseconds(0, 1)),
      ahead: found.isNull(0, 2) ? nil : found.integer(0, 2))
  }

  /// The database's clock, as a distance from noon.
  private func clock() throws -> Int64 {
    try session.integer("SELECT (extract(epoch FROM now()) * 1000000)::bigint") - noon.microseconds
  }

  @Test func theNewestReadingHasAnAge() throws {
    #expect(try age() == Age())
    var writer = try makeWriter()
    let start = try clock() - 3_600_000_000
    try writer.write([power(0, 1, start), power(0, 1, start + 7)])
    let found = try age()
    let newest = noon + (start + 7)
    #expect(found.newest == newest && found.ahead == nil)
    let hour: Int64 = 3_600_000_000
    #expect((hour - 1_000_000...hour + 100_000_000).contains(found.microseconds ?? 0))
    #expect(try age(since: newest).newest == newest)
    #expect(try age(since: newest + 1) == Age())
  }

  @Test func aReadingFromTheFutureIsNoSignOfLife() throws {
    var writer = try makeWriter()
    let now = try clock()
    let (hour, day): (Int64, Int64) = (3_600_000_000, 86_400_000_000)
    try writer.write([power(0, 1, now + 20 * hour)])
    try writer.write([Reading(machine: 0, type: 0, value: 1, time: noon + (now + 3 * day))])
    var found = try age()
    #expect(found.microseconds == nil && found.newest == nil)
    #expect((3 * day - hour...3 * day).contains(found.ahead ?? 0))
    try writer.write([power(0, 1, now - hour)])
    found = try age()
    #expect(found.newest == noon + (now - hour))
    #expect((hour...2 * hour).contains(found.microseconds ?? 0))
    #expect(found.ahead != nil)
    // Only a few days are looked into, and of each its index.
    for back in 10..<40 { try writer.write([power(0, 1, now - Int64(back) * day)]) }
    let plan = try plan(of: "age", "'\(noon + (now - hour))'")
    #expect(!plan.contains("Seq Scan") && !plan.contains("Sort"), "\(plan)")
    #expect(plan.contains("Subplans Removed: "), "\(plan)")
  }

  /// The plan must not depend on how many rows there are: along the index, without sorting them.
  @Test(arguments: ["'power', 10, '-infinity'", "'power', 10, 'machine-1', '-infinity'"])
  func theLastOnesAreReadFromAnIndex(arguments: String) throws {
    var writer = try makeWriter()
    try writer.write((0..<5000).map { power(Int32($0 % 2), 1, Int64($0)) })
    let isOfMachine = arguments.contains("machine")
    let plan = try plan(of: isOfMachine ? "newest_of_machine" : "newest", arguments)
    let index = isOfMachine ? "_machine_id_type_id_time_idx" : "20261124_type_id_time_idx"
    #expect(plan.contains(index), "\(plan)")
    #expect(!plan.contains("rows=5000") && !plan.contains("rows=2500"), "\(plan)")
    #expect(!plan.contains("Seq Scan"), "\(plan)")
  }

  /// What is known of ten machines and three types makes the index of the types look shorter.
  @Test func aMachineWithoutReadingsIsNotLookedForAmongTheOthers() throws {
    var writer = try makeWriter()
    try writer.write(
      (0..<5000).map { power(Int32($0 % 10), 1, Int64($0)) }
        + [
          Reading(machine: 0, type: 0, value: 1, time: noon),
          Reading(machine: 0, type: 2, value: 1, time: noon),
        ])
    let owner = try PostgresConnection(parameters, timeouts: .init(timeout: .seconds(60)))
    try owner.execute("INSERT INTO machines (name) VALUES ('idle')")
    try owner.execute("ANALYZE")
    let plan = try plan(of: "newest_of_machine", "'power', 10, 'idle', '-infinity'")
    #expect(plan.contains("20261124_machine_id_type_id_time_idx"), "\(plan)")
    #expect(!plan.contains("Rows Removed"), "\(plan)")
  }

  private func plan(of name: String, _ arguments: String) throws -> String {
    let result = try session.execute(
      "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) EXECUTE \(name)(\(arguments))")
    return (0..<result.rowCount).map { result.string($0, 0) }.joined(separator: "\n")
  }

  private func machines(near name: String) throws -> [String] {
    var isSent = try session.send(ReadingQueries.machines, Parameters(name))
    while !isSent { isSent = try session.flush() }
    while true {
      switch session.receive() {
      case .pending: continue
      case .finished(let result): return ReadingQueries.machines(in: try result.get())
      }
    }
  }

  @Test func theMachinesNextToANameAreAFew() throws {
    let writer = try PostgresConnection(parameters, timeouts: .init(timeout: .seconds(60)))
    #expect(try machines(near: "nope") == [])
    try writer.execute("INSERT INTO machines (name) VALUES ('machine-10'), ('machine-2')")
    #expect(try machines(near: "nope") == ["machine-2", "machine-10"])
    #expect(try machines(near: "machine-10") == ["machine-2"])
    try writer.execute(
      "INSERT INTO machines (name) SELECT 'press-' || 1000 + n FROM generate_series(1, 500) n")
    #expect(
      try machines(near: "press-1250x") == (1246...1255).map { "press-\($0)" })
  }
}
