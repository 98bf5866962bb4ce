public import Postgres
public import Signals
public import Time

/// What the database holds, read back to be compared with what it should hold.
public struct StoredReadings: ~Copyable {
  private let connection: Connection
  /// Database ids by the numbers that readings carry.
  private let typeIDs: [Int16]
  /// The numbers that readings carry by database ids.
  private let machines: [Int32: Int32]

  /// How far the producer's batches were stored in the beginning; nil when the database does not know it.
  public let watermark: Watermark?
  private let producer: String

  /// - Parameters:
  ///   - producer: Whose watermark counts, by its UUID.
  ///   - types: The names of the types, in the order of their numbers in readings.
  ///   - machineNumber: The number of a machine by its name; nil passes over its readings.
  /// - Throws: ``PostgresError``, also when the database lacks one of the types.
  public init(
    _ connection: consuming Connection, producer: String, types: [String],
    machineNumber: (String) -> Int32?
  ) throws(PostgresError) {
    // First: what was stored by then refers to machines that are known.
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

  /// How many of the producer's readings are in the table `dead_letters`.
  public func deadLetters() throws(PostgresError) -> Int {
    try connection.deadLetters(of: producer)
  }

  /// Appends what is stored in `[start, end)`, in no particular order.
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
