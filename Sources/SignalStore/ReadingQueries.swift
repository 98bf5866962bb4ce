public import Postgres
public import Signals
public import Time

/// The accessor's queries.
///
/// Queries for the newest readings take the time to look back to (`timestamptz`), so that the database
/// skips earlier partitions, which would cost some ten microseconds each: 4 ms for a year. ``earliest``
/// skips none; with any other value, fewer rows than the limit are not necessarily all.
public enum ReadingQueries {
  /// Earlier than any reading, in microseconds since 1970.
  public static let earliest = Int64.min

  /// The newest readings of a type, newest first. Parameters: type name, limit (`bigint`), time to look
  /// back to.
  ///
  /// An unknown type returns no row; a type without readings returns one row of NULLs. When more
  /// machines than the limit have a reading of the last moment, the index order decides. Served by the
  /// index `machine_signals_type_time`.
  public static let newest = PreparedStatement(
    name: "newest",
    sql: """
      SELECT reading.id, reading.value, reading.time, machine.name, true, type.unit
      FROM signal_types type
      LEFT JOIN LATERAL (
        SELECT id, value, time, machine_id FROM machine_signals
        WHERE type_id = type.id AND time >= $3 ORDER BY time DESC LIMIT $2
      ) reading ON true
      LEFT JOIN machines machine ON machine.id = reading.machine_id
      WHERE type.name = $1
      ORDER BY reading.time DESC, reading.machine_id
      """)

  /// The newest readings of a type and machine, newest first. Parameters: type name, limit (`bigint`),
  /// machine name, time to look back to.
  ///
  /// Like ``newest``; an unknown machine returns one row whose last column is false. Served by the
  /// index `machine_signals_machine_type_time`.
  public static let newestOfMachine = PreparedStatement(
    name: "newest_of_machine",
    sql: """
      SELECT reading.id, reading.value, reading.time, machine.name, machine.id IS NOT NULL,
        type.unit
      FROM signal_types type
      LEFT JOIN machines machine ON machine.name = $3
      LEFT JOIN LATERAL (
        SELECT id, value, time FROM machine_signals
        WHERE machine_id = machine.id AND type_id = type.id AND time >= $4
        ORDER BY time DESC LIMIT $2
      ) reading ON true
      WHERE type.name = $1
      ORDER BY reading.time DESC
      """)

  /// All types by name: name, unit, description.
  public static let types = PreparedStatement(
    name: "types", sql: "SELECT name, unit, description FROM signal_types ORDER BY name")

  /// Decodes the rows of ``types``.
  public static func types(in result: borrowing QueryResult) -> [SignalType] {
    (0..<result.rowCount).map { row in
      SignalType(
        name: result.string(row, 0), unit: result.string(row, 1),
        description: result.string(row, 2))
    }
  }

  /// How far a reading may be ahead of the database's clock, in microseconds, to allow for clock skew.
  /// A reading further ahead comes from a wrong clock and is no sign of life.
  public static let clockTolerance: Int64 = 1_000_000

  /// Machines with names close to an unknown one, unordered. Parameter: the name.
  ///
  /// At most ``machineCount``: a site may have many machines. Served by the index on names.
  public static let machines = PreparedStatement(
    name: "machines",
    sql: """
      (SELECT name FROM machines WHERE name > $1 ORDER BY name LIMIT \(machineCount / 2))
      UNION ALL
      (SELECT name FROM machines WHERE name < $1 ORDER BY name DESC LIMIT \(machineCount / 2))
      """)
  public static let machineCount = 10

  /// Decodes the rows of ``machines``, with machine-2 before machine-10.
  public static func machines(in result: borrowing QueryResult) -> [String] {
    (0..<result.rowCount).map { result.string($0, 0) }.sorted {
      ($0.utf8.count, $0) < ($1.utf8.count, $1)
    }
  }

  /// The age of the newest reading of any type in microseconds, and its time; NULL when there is none.
  /// Readings too far ahead of the clock are excluded; the last column is how far the newest of them is
  /// ahead, in microseconds, or NULL. Parameter: time to look back to.
  public static let age = PreparedStatement(
    name: "age",
    sql: """
      SELECT (extract(epoch FROM statement_timestamp() - max(newest.time)) * 1000000)::bigint,
        max(newest.time),
        (extract(epoch FROM max(ahead.time) - statement_timestamp()) * 1000000)::bigint
      FROM signal_types type
      LEFT JOIN LATERAL (
        SELECT time FROM machine_signals
        WHERE type_id = type.id AND time >= $1
          AND time <= statement_timestamp() + interval '\(clockTolerance) microseconds'
        ORDER BY time DESC LIMIT 1
      ) newest ON true
      LEFT JOIN LATERAL (
        SELECT time FROM machine_signals
        WHERE type_id = type.id
          AND time > statement_timestamp() + interval '\(clockTolerance) microseconds'
        ORDER BY time DESC LIMIT 1
      ) ahead ON true
      """)

  /// The queries of a few rows; ``machinePage`` is prepared in sessions of its own.
  public static let all = [newest, newestOfMachine, types, machines, age]

  /// The settings of a session that runs these queries.
  ///
  /// Plans are made once per session and would depend on the size of the tables at that time; these
  /// settings leave only the plan that scales, along the indexes.
  public static let sessionSettings = [
    "default_transaction_read_only": "on",
    "enable_bitmapscan": "off",
    // Otherwise all of `machines` is read for every query.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "enable_sort": "off",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    // Cost by rows rather than pages: otherwise the readings of a machine that has long been off are
    // searched for among those of all others, which are stored closer together.
    "random_page_cost": "0",
    "seq_page_cost": "0",
  ]
}

/// Decodes the rows of ``ReadingQueries/newest`` and ``ReadingQueries/newestOfMachine``.
public enum NewestReadings {
  /// Why there are no readings to list.
  public enum EmptyReason: Sendable {
    case unknownType
    case unknownMachine
  }

  /// Nil when both type and machine exist, even without readings.
  public static func emptyReason(_ result: borrowing QueryResult) -> EmptyReason? {
    if result.rowCount == 0 { return .unknownType }
    return result.boolean(0, 4) ? nil : .unknownMachine
  }

  /// The unit of the type, in UCUM; only when both exist.
  public static func unit(_ result: borrowing QueryResult) -> String { result.string(0, 5) }

  public static func count(_ result: borrowing QueryResult) -> Int {
    result.rowCount == 0 || result.isNull(0, 0) ? 0 : result.rowCount
  }

  public static func id(_ result: borrowing QueryResult, _ row: Int) -> Int64 {
    result.integer(row, 0)
  }

  public static func value(_ result: borrowing QueryResult, _ row: Int) -> Double {
    result.double(row, 1)
  }

  public static func time(_ result: borrowing QueryResult, _ row: Int) -> Timestamp {
    Timestamp(microseconds: result.microseconds(row, 2))
  }

  /// The machine's name in UTF-8, valid during the call.
  public static func withMachine<R>(
    _ result: borrowing QueryResult, _ row: Int, _ body: (UnsafeRawBufferPointer) -> R
  ) -> R {
    result.withBytes(row, 3, body)
  }
}
