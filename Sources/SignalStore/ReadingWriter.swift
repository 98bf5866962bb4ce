public import Postgres
public import Signals

/// Writes readings into the database through one session.
public struct ReadingWriter: ~Copyable {
  private static let copyStatement = """
    COPY machine_signals (machine_id, type_id, value, time) FROM STDIN (FORMAT binary)
    """

  private let connection: Connection
  private var partitions = Partitions()
  /// Database ids by the numbers that readings carry.
  private let typeIDs: [Int16]
  private var machineIDs: [Int32] = []
  private let machineName: @Sendable (Int32) -> String
  private var copy = BinaryCopy()

  /// - Parameters:
  ///   - types: The names of the types, in the order of their numbers in readings.
  ///   - machineName: The name of a machine by its number; it is registered when first written.
  /// - Throws: ``PostgresError``, also when the database lacks one of the types.
  public init(
    _ connection: consuming Connection, types: [String],
    machineName: @escaping @Sendable (Int32) -> String
  ) throws(PostgresError) {
    var ids: [Int16] = []
    for type in types {
      let result = try connection.execute(
        "SELECT id FROM signal_types WHERE name = $1", Parameters(type))
      guard result.rowCount == 1 else {
        throw PostgresError(
          message: "signal_types has no row named \(type)", action: "preparing to write readings")
      }
      ids.append(Int16(result.integer(0, 0)))
    }
    self.connection = connection
    self.machineName = machineName
    typeIDs = ids
  }

  /// Writes a batch: all of it or nothing.
  ///
  /// - Throws: ``PostgresError``. One that says that the session is lost leaves open whether the
  ///   batch is stored.
  public mutating func write(_ readings: some Collection<Reading>) throws(PostgresError) {
    guard let lastMachine = readings.lazy.map(\.machine).max() else { return }
    try partitions.ensure(readings.lazy.map(\.time), connection)
    if machineIDs.count <= lastMachine {
      machineIDs += try register((Int32(machineIDs.count)...lastMachine).map(machineName))
    }
    copy.reset()
    for reading in readings {
      copy.beginRow(columns: 4)
      copy.append(machineIDs[Int(reading.machine)])
      copy.append(typeIDs[Int(reading.type)])
      copy.append(reading.value)
      copy.append(microseconds: reading.time.microseconds)
    }
    try copy.finish { bytes throws(PostgresError) in
      _ = try connection.copy(ReadingWriter.copyStatement, bytes)
    }
  }

  /// Waits until `descriptor` is readable; notices meanwhile when the session ends.
  ///
  /// - Throws: ``PostgresError`` when the session is lost.
  public func wait(for descriptor: Int32) throws(PostgresError) {
    try connection.waitWhileIdle(for: descriptor)
  }

  /// The ids of the machines of these names, which are made where there are none.
  private func register(_ names: [String]) throws(PostgresError) -> [Int32] {
    // No name has a line break in it.
    let list = Parameters(names.joined(separator: "\n"))
    try connection.execute(
      """
      INSERT INTO machines (name)
      SELECT name FROM unnest(string_to_array($1, E'\\n')) WITH ORDINALITY AS asked (name, place)
      WHERE NOT EXISTS (SELECT FROM machines WHERE machines.name = asked.name)
      ORDER BY place
      ON CONFLICT (name) DO NOTHING
      """, list)
    let found = try connection.execute(
      """
      SELECT machines.id
      FROM unnest(string_to_array($1, E'\\n')) WITH ORDINALITY AS asked (name, place)
      JOIN machines ON machines.name = asked.name ORDER BY place
      """, list)
    guard found.rowCount == names.count else {
      throw PostgresError(
        message: "\(names.count - found.rowCount) machines could not be registered",
        action: "registering machines")
    }
    return (0..<found.rowCount).map { Int32(found.integer($0, 0)) }
  }
}
