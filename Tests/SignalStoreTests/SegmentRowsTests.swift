import Postgres
import Signals
import TestSupport
import Testing
import Time

@testable import SignalStore

/// Segments stored in PostgreSQL and read back.
@Suite struct SegmentRowsTests {
  private let database: SegmentDatabase

  init() throws { database = try SegmentDatabase() }

  /// Compares with a table of rows that was filled from text.
  @Test func whatIsStoredComesBackBitForBit() throws {
    let session = try database.connect()
    try session.makeOriginal()
    var generator = SeededGenerator(seed: 4)
    var originals: [ReadingArrays] = []
    for times in RandomReadings.Times.allCases {
      for values in RandomReadings.Values.allCases {
        for ids in RandomReadings.IDs.allCases {
          let count = [1, 2, 10, 400].randomElement(using: &generator)!
          let readings = RandomReadings.make(count, times, values, ids, &generator)
          try store(readings, session, &originals)
        }
      }
    }
    for values in [RandomReadings.Values.tenths, .hundredths, .bits] {
      let readings = RandomReadings.make(36_000, .even, values, .runs, &generator)
      try store(readings, session, &originals)
    }
    let different = """
      SELECT count(*) FROM (
        (SELECT id, time, float8send(value), machine_id, type_id FROM machine_signals
          EXCEPT ALL SELECT id, time, float8send(value), machine_id, type_id FROM original)
        UNION ALL
        (SELECT id, time, float8send(value), machine_id, type_id FROM original
          EXCEPT ALL SELECT id, time, float8send(value), machine_id, type_id FROM machine_signals)
      ) different
      """
    #expect(try session.integer(different) == 0)
    #expect(
      try session.integer("SELECT count(*) FROM machine_signals")
        == Int64(originals.reduce(0) { $0 + $1.count }))
    // The comparison notices a single bit.
    try session.execute(
      """
      UPDATE original SET value = '-0' WHERE ctid =
        (SELECT ctid FROM original WHERE float8send(value) = float8send(0) LIMIT 1)
      """
    )
    #expect(try session.integer(different) > 0)

    for (machine, readings) in originals.enumerated() {
      let rows = try session.execute(
        "SELECT \(SegmentRows.columns) FROM segments WHERE machine_id = \(machine) ORDER BY start, first_id"
      )
      var back = ReadingArrays()
      for row in 0..<rows.rowCount {
        let segment = SegmentRows.segment(rows, row, from: 2)
        back.append(try #require(segment))
      }
      back.sort()
      #expect(back.times == readings.times)
      #expect(back.ids == readings.ids)
      #expect(back.values.map(\.bitPattern) == readings.values.map(\.bitPattern))
    }
  }

  private func store(
    _ readings: ReadingArrays, _ session: borrowing PostgresConnection,
    _ originals: inout [ReadingArrays]
  ) throws {
    var segments: [Segment] = []
    try Segment.encode(readings, into: &segments)
    let machine = Int32(originals.count)
    try session.store(segments, machine: machine, type: 2)
    try session.storeOriginal(readings, machine: machine, type: 2)
    originals.append(readings)
  }

  @Test func rowsAreIdentifiedWhereverTheyBegin() throws {
    let session = try database.connect()
    let noon = Timestamp(microseconds: 1_795_514_400_000_000)
    let batch = [
      Reading(machine: 2, type: 0, value: 1, time: noon),
      Reading(machine: 0, type: 1, value: 0.1 + 0.2, time: noon),
      Reading(machine: 0, type: 1, value: 2, time: noon + 1),
      Reading(machine: 0, type: 1, value: 2, time: noon + 5),
      Reading(machine: 1, type: 1, value: 70_000.5, time: noon),
    ]
    var outputs: [SegmentEncoder.Output] = []
    var encoder = SegmentEncoder()
    try encoder.encode(batch, into: &outputs)
    var rows = SegmentRows()
    for output in outputs {
      rows.append(output.segment, machine: output.machine, type: output.type)
    }
    #expect(SegmentRows.lastMachine(rows.bytes) == 2)
    var copy = BinaryCopy()
    copy.append(rows: rows.bytes) {
      SegmentRows.identify($0, machines: [70, 71, 72], types: [7, 8], firstID: 1000)
    }
    copy.finish()
    try session.copy("COPY segments (\(SegmentRows.columns)) FROM STDIN (FORMAT binary)", copy)
    #expect(
      try session.text(
        """
        SELECT string_agg(concat_ws(' ', id, machine_id, type_id, value), ', ' ORDER BY id)
        FROM machine_signals
        """)
        == "1000 72 7 1, 1001 70 8 0.30000000000000004, 1002 70 8 2, 1003 70 8 2, 1004 71 8 70000.5"
    )
  }

  /// A change that breaks a segment, and the constraint that rejects it.
  @Test(arguments: [
    ("stop = stop + interval '1 microsecond'", "segments_times"),
    (
      "start = start - interval '1 hour', stop = stop - interval '1 microsecond'",
      "segments_one_hour"
    ),
    ("stop = start - interval '1 microsecond'", "segments_one_hour"),
    ("step = 5", "segments_times"),
    ("step = -10000", "segments_times"),
    ("step = NULL", "segments_times"),
    ("offsets = '{0,10000,20000}'", "segments_times"),
    ("step = NULL, offsets = '{0,20000}'", "segments_times"),
    ("step = NULL, offsets = '{0,NULL,20000}'", "segments_times"),
    ("step = NULL, offsets = '{1,10000,20000}'", "segments_times"),
    ("step = NULL, offsets = '{0,30000,20000}'", "segments_times"),
    ("step = NULL, offsets = '{0,-1,20000}'", "segments_times"),
    ("int2_values = '{1,2}'", "segments_times"),
    ("int2_values = '{1,2,NULL}'", "segments_values"),
    ("int2_values = '{}', step = 0, stop = start", "segments_values"),
    ("int2_values = '[0:2]={1,2,3}'", "segments_values"),
    ("int2_values = NULL", "segments_times"),
    ("int4_values = '{1,2,3}'", "segments_values"),
    ("int2_values = NULL, scale = 1, float8_values = '{1,2,NaN}'", "segments_finite"),
    ("int2_values = NULL, scale = 1, float8_values = '{1,Infinity,2}'", "segments_finite"),
    ("int2_values = NULL, scale = 1, float8_values = '{-Infinity,1,2}'", "segments_finite"),
    ("int2_values = NULL, float8_values = '{3,1,2}'", "segments_finite"),
    ("scale = 0", "segments_scale"),
    ("scale = 3", "segments_scale"),
    ("scale = -10", "segments_scale"),
    ("first_id = 0", "segments_ids"),
    ("first_id = 9223372036854775807", "segments_ids"),
    ("id_shifts = '{0,1}'", "segments_ids"),
    ("id_shifts = '{1,1,1}'", "segments_ids"),
    ("id_shifts = '{0,NULL,1}'", "segments_ids"),
    ("id_shifts = '{0,0,-103}'", "segments_ids"),
  ]) func aBrokenSegmentIsRefused(change: String, constraint: String) throws {
    let session = try database.connect()
    try session.execute(
      """
      INSERT INTO segments (start, stop, first_id, machine_id, type_id, scale, step, int2_values)
      VALUES ('2026-11-24 10:00+00', '2026-11-24 10:00:00.02+00', 100, 1, 1, 10, 10000, '{1,2,3}')
      """)
    let error = try #require(throws: PostgresError.self) {
      try session.execute("UPDATE segments SET \(change)")
    }
    #expect(error.sqlState == .checkViolation)
    #expect(error.constraint == constraint)
  }

  @Test func wholeSegmentsOfEachKindAreTaken() throws {
    let session = try database.connect()
    try session.execute(
      """
      INSERT INTO segments (start, stop, first_id, machine_id, type_id, scale, step, int2_values,
        int4_values, float8_values, offsets, id_shifts)
      VALUES
        ('2026-11-24 10:00+00', '2026-11-24 10:00:00.02+00', 1, 1, 1, 10, 10000, '{1,2,3}', NULL, NULL,
          NULL, NULL),
        ('2026-11-24 10:00+00', '2026-11-24 10:00:00.02+00', 9, 1, 1, 1, NULL, NULL, '{1,2,3}', NULL,
          '{0,0,20000}', '{0,-8,7}'),
        ('2026-11-24 10:59:59+00', '2026-11-24 10:59:59+00', 1, 1, 1, 1, 0, NULL, NULL, '{-0}', NULL, NULL)
      """)
    #expect(try session.integer("SELECT sum(id)::bigint FROM machine_signals") == 36)
  }
}
