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
    guard let first = readings.first else { return }
    var earliest = first.time
    var latest = first.time
    var lastMachine: Int32 = 0
    for reading in readings {
      earliest = min(earliest, reading.time)
      latest = max(latest, reading.time)
      lastMachine = max(lastMachine, reading.machine)
    }
    try partitions.ensure(from: earliest, through: latest, connection)
    while machineIDs.count <= lastMachine {
      machineIDs.append(try register(machineName(Int32(machineIDs.count))))
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

  /// The id of the machine of this name, which is made when there is none.
  private func register(_ name: String) throws(PostgresError) -> Int32 {
    let parameters = Parameters(name)
    try connection.execute(
      "INSERT INTO machines (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", parameters)
    let result = try connection.execute("SELECT id FROM machines WHERE name = $1", parameters)
    return Int32(result.integer(0, 0))
  }
}
