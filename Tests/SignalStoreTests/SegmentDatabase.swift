import Postgres
import Signals
import TestSupport
import Time

@testable import SignalStore

/// A database that stores readings as segments, in one partition for all days.
struct SegmentDatabase {
  let parameters: ConnectionParameters

  init() throws {
    parameters = try PostgresServer.shared.get().makeDatabase()
    _ = try Migrator(parameters, timeouts: .init(timeout: .seconds(60))).migrate()
    let session = try connect()
    try session.executeScript("DROP TABLE machine_signals")
    for script in SegmentSchema.scripts { try session.executeScript(script) }
    try session.executeScript("CREATE TABLE segments_all PARTITION OF segments DEFAULT")
  }

  func connect() throws -> PostgresConnection {
    try PostgresConnection(parameters, timeouts: .init(timeout: .seconds(60)))
  }
}

extension PostgresConnection {
  /// Stores segments by COPY, under the database's ids of machine and type.
  func store(_ segments: [Segment], machine: Int32, type: Int16) throws {
    var rows = SegmentRows()
    for segment in segments { rows.append(segment, machine: machine, type: type) }
    try store(rows)
  }

  func store(_ rows: SegmentRows) throws {
    var copy = BinaryCopy()
    copy.append(rows: rows.bytes)
    copy.finish()
    try self.copy("COPY segments (\(SegmentRows.columns)) FROM STDIN (FORMAT binary)", copy)
  }

  /// Stores readings as rows, sent as text, so that nothing is shared with segments.
  func storeOriginal(_ readings: ReadingArrays, machine: Int32, type: Int16) throws {
    var parameters = Parameters(
      readings.ids.map(String.init).joined(separator: ","),
      readings.times.map { Timestamp(microseconds: $0).description }.joined(separator: ","),
      readings.values.map(\.description).joined(separator: ","))
    parameters.append(machine)
    parameters.append(Int32(type))
    try execute(
      """
      INSERT INTO original (id, time, value, machine_id, type_id)
      SELECT id, time, value, $4, $5::smallint
      FROM unnest(string_to_array($1, ',')::bigint[], string_to_array($2, ',')::timestamptz[],
        string_to_array($3, ',')::double precision[]) AS reading (id, time, value)
      """, parameters)
  }

  func makeOriginal() throws {
    try executeScript(
      """
      CREATE TABLE original (id bigint, time timestamptz, value double precision,
        machine_id integer, type_id smallint)
      """)
  }
}
