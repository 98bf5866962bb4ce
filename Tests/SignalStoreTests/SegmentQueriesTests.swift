import Postgres
import Signals
import TestSupport
import Testing
import Time

@testable import SignalStore

/// Queries over segments that overlap, come late and have equal times, compared with the same queries over
/// rows.
@Suite final class SegmentQueriesTests {
  private let database: SegmentDatabase
  private let session: PostgresConnection
  private var generator = SeededGenerator(seed: 11)
  /// 2026-11-24T10:00:00Z
  private let noon: Int64 = 1_795_514_400_000_000

  init() throws {
    database = try SegmentDatabase()
    session = try database.connect()
    try session.executeScript(
      "INSERT INTO machines (name) SELECT 'machine-' || n FROM generate_series(1, 5) n")
    try session.makeOriginal()
  }

  /// Segments of five machines and two types within four hours, of one to 3,000 readings, and the same
  /// readings in `original`.
  private func fill() throws {
    try session.executeScript("TRUNCATE segments, original")
    var id: Int64 = 1
    for _ in 0..<60 {
      var readings = ReadingArrays()
      let count = [1, 2, 10, 10, 100, 3000].randomElement(using: &generator)!
      let step = [0, 10_000, 10_000, 700_000].randomElement(using: &generator)!
      var time = noon + 100_000 * Int64.random(in: 0...140_000, using: &generator)
      for _ in 0..<count {
        let value = RandomReadings.value(.tenths, 0, &generator)
        readings.append(time: Timestamp(microseconds: time), value: value, id: id)
        id += 1
        time += step == 700_000 ? .random(in: 0...700_000, using: &generator) : Int64(step)
      }
      let machine = Int32.random(in: 1...5, using: &generator)
      let type = Int16.random(in: 1...2, using: &generator)
      var segments: [Segment] = []
      try Segment.encode(readings, into: &segments)
      try session.store(segments, machine: machine, type: type)
      try session.storeOriginal(readings, machine: machine, type: type)
    }
    try session.executeScript("ANALYZE segments")
  }

  private struct Row: Hashable {
    let id: Int64
    let value: Double
    let time: Int64
    let machine: String
  }

  private func rows(_ result: borrowing QueryResult) -> [Row] {
    (0..<result.rowCount).filter { !result.isNull($0, 0) }.map {
      Row(
        id: result.integer($0, 0), value: result.double($0, 1),
        time: result.microseconds($0, 2), machine: result.string($0, 3))
    }
  }

  @Test(arguments: 0..<4) func theNewestAreThoseOfTheRows(seed: UInt64) throws {
    generator = SeededGenerator(seed: seed)
    try fill()
    for limit in [1, 10, 100, 100_000] as [Int64] {
      for since in [Int64.min, noon + 12_000_000_000] {
        for machine in [nil, "machine-1", "machine-4"] {
          for type in ["state_change", "power"] {
            try checkNewest(type, limit, machine, since)
          }
        }
      }
    }
  }

  private func checkNewest(_ type: String, _ limit: Int64, _ machine: String?, _ since: Int64)
    throws
  {
    var parameters = Parameters(type)
    parameters.append(limit)
    if let machine { parameters.append(machine) }
    parameters.append(microseconds: since)
    let statement = machine == nil ? SegmentQueries.newest : SegmentQueries.newestOfMachine
    let found = rows(try session.execute(statement.sql, parameters))

    var bounds = Parameters(type)
    bounds.append(microseconds: since)
    let all = rows(
      try session.execute(
        """
        SELECT original.id, value, time, machines.name
        FROM original JOIN machines ON machines.id = machine_id
        JOIN signal_types ON signal_types.id = type_id
        WHERE signal_types.name = $1 AND time >= $2
          AND \(machine.map { "machines.name = '\($0)'" } ?? "true")
        ORDER BY time DESC
        """, bounds))
    // Any of those that share the last time will do.
    #expect(found.map(\.time) == all.prefix(Int(clamping: limit)).map(\.time))
    #expect(Set(found).count == found.count)
    #expect(Set(found).isSubset(of: all))
  }

  @Test(arguments: 0..<6) func aRangeHasWhatTheRowsHave(seed: UInt64) throws {
    generator = SeededGenerator(seed: seed)
    try fill()
    for _ in 0..<20 {
      let from = noon + .random(in: -1_000_000...15_000_000_000, using: &generator)
      let reaches: [Int64] = [1, 100_000, 10_000_000, 5_000_000_000]
      let reach = reaches.randomElement(using: &generator)!
      let to = from + .random(in: 0...reach, using: &generator)
      for machine in [nil, "machine-2"] {
        var parameters = Parameters()
        parameters.append(microseconds: from)
        parameters.append(microseconds: to)
        let name = machine.map { "'\($0)'" } ?? "NULL"
        let counts = try session.execute(
          """
          WITH found AS (
            SELECT machine_name, type_name, time, value FROM readings('power', $1, $2, \(name))
          ), expected AS (
            SELECT machines.name, signal_types.name, time, value
            FROM original JOIN machines ON machines.id = machine_id
            JOIN signal_types ON signal_types.id = type_id
            WHERE signal_types.name = 'power' AND time >= $1 AND time < $2
              AND machines.name = coalesce(\(name), machines.name)
          )
          SELECT (SELECT count(*) FROM (TABLE found EXCEPT ALL TABLE expected) extra),
            (SELECT count(*) FROM (TABLE expected EXCEPT ALL TABLE found) missing)
          """, parameters)
        #expect(counts.integer(0, 0) == 0)
        #expect(counts.integer(0, 1) == 0)
      }
    }
  }

  @Test func conditionsReachTheIndexes() throws {
    try fill()
    try session.executeScript("SET enable_seqscan = off; SET enable_bitmapscan = off")
    func plan(_ query: String) throws -> String {
      let lines = try session.execute("EXPLAIN (COSTS off) \(query)")
      return (0..<lines.rowCount).map { lines.string($0, 0) }.joined(separator: "\n")
    }
    let range = try plan(
      """
      SELECT * FROM readings('power', '2026-11-24 10:00+00', '2026-11-24 10:01+00', 'machine-1')
      """)
    #expect(!range.contains("Function Scan on readings"))
    #expect(range.contains("segments_all_machine_id_type_id_stop_idx on"))
    #expect(range.contains("stop >= '2026-11-24 10:00:00+00'"))
    #expect(!range.contains("Seq Scan on segments"))
    for query in [
      "SELECT * FROM machine_signals WHERE machine_id = 1 AND type_id = 2",
      "SELECT * FROM readings WHERE machine = 'machine-1' AND type = 'power'",
    ] {
      let view = try plan(query)
      #expect(view.contains("Index Scan using segments_all_machine_id_type_id_stop_idx"))
    }
  }

  /// The last hour of a silent machine, in one segment: only ten readings are decoded.
  @Test func aLongSegmentIsNotDecodedWhole() throws {
    var readings = ReadingArrays()
    for place in 0..<Int64(300_000) {
      readings.append(time: Timestamp(microseconds: noon + place * 10_000), value: 1, id: place + 1)
    }
    var segments: [Segment] = []
    try Segment.encode(readings, into: &segments)
    try session.store(segments, machine: 1, type: 2)
    #expect(try session.integer("SELECT count(*) FROM segments") == 1)
    for statement in [SegmentQueries.newest, SegmentQueries.newestOfMachine] {
      let sql = statement.sql.replacing("$1", with: "'power'").replacing("$2", with: "10")
        .replacing("$3", with: statement.name == "newest" ? "'-infinity'" : "'machine-1'")
        .replacing("$4", with: "'-infinity'")
      let lines = try session.execute("EXPLAIN (ANALYZE, COSTS off, TIMING off) \(sql)")
      let plan = (0..<lines.rowCount).map { lines.string($0, 0) }.joined(separator: "\n")
      #expect(plan.contains("ProjectSet (actual rows=10 loops=1)"))
    }
  }
}
