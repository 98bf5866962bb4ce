public import Postgres
public import Signals
public import Time

/// Reads stored readings back for verification.
public struct StoredReadings: ~Copyable {
  private let connection: PostgresConnection
  /// Database ids by the producer's type numbers.
  private let typeIDs: [Int16]
  /// The producer's machine numbers by database ids.
  private let machines: [Int32: Int32]

  /// The producer's watermark at the start; nil for an unknown producer.
  public let watermark: Watermark?
  private let producer: String

  /// - Parameters:
  ///   - producer: The UUID of the producer whose watermark applies.
  ///   - types: The type names, in the order of the producer's type numbers.
  ///   - machineNumber: The number of a machine name; nil skips its readings.
  /// - Throws: ``PostgresError``, also when a type does not exist in the database.
  public init(
    _ connection: consuming PostgresConnection, producer: String, types: [String],
    machineNumber: (String) -> Int32?
  ) throws(PostgresError) {
    // Read first, so that everything up to it refers to known machines.
    let watermark = try connection.watermark(of: producer)
    let typeIDs = try connection.typeIDs(types)
    let found = try connection.execute("SELECT id, name FROM machines")
    var machines: [Int32: Int32] = [:]
    for row in 0..<found.rowCount {
      machines[Int32(found.integer(row, 0))] = machineNumber(found.string(row, 1))
    }
    self.watermark = watermark
    self.producer = producer
    self.connection = connection
    self.typeIDs = typeIDs
    self.machines = machines
  }

  /// The number of the producer's readings in `dead_letters`.
  public func deadLetters() throws(PostgresError) -> Int {
    try connection.deadLetters(of: producer)
  }

  /// Appends the readings stored in `[start, end)`, unordered.
  ///
  /// SQL: served by the index `machine_signals_type_time`, type by type.
  public func append(
    from start: Timestamp, to end: Timestamp, _ readings: inout [Reading]
  ) throws(PostgresError) {
    for (type, id) in typeIDs.enumerated() {
      var parameters = Parameters()
      parameters.append(Int32(id))
      parameters.append(microseconds: start.microseconds)
      parameters.append(microseconds: end.microseconds)
      let rows = try connection.execute(
        """
        SELECT machine_id, value, time FROM machine_signals
        WHERE type_id = $1::smallint AND time >= $2 AND time < $3
        """, parameters)
      readings.reserveCapacity(readings.count + rows.rowCount)
      for row in 0..<rows.rowCount {
        guard let machine = machines[Int32(rows.integer(row, 0))] else { continue }
        readings.append(
          Reading(
            machine: machine, type: Int16(type), value: rows.double(row, 1),
            time: Timestamp(microseconds: rows.microseconds(row, 2))))
      }
    }
  }
}
