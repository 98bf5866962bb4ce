public import Postgres
public import Signals
public import Time

/// The questions that the accessor asks.
///
/// Those for the newest take the time from which they look on (`timestamptz`). The database leaves out
/// the days before it, which would cost some ten microseconds each for nothing: a year of days 4 ms.
/// ``earliest`` leaves out none; with another, fewer readings than were asked for are not all there are.
public enum ReadingQueries {
  /// Before every reading, in microseconds since 1970.
  public static let earliest = Int64.min

  /// The newest readings of a type, newest first. Parameters: name of the type, limit (`bigint`), from
  /// when.
  ///
  /// A type that does not exist gives no row; one without readings gives one row of NULLs. When more
  /// machines have a reading of the last moment than the limit lets in, the index chooses. Served by
  /// the index `machine_signals_type_time`.
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

  /// The newest readings of a type of one machine, newest first. Parameters: name of the type, limit
  /// (`bigint`), name of the machine, from when.
  ///
  /// As ``newest``; a machine that does not exist gives one row whose last column is false. Served
  /// by the index `machine_signals_machine_type_time`.
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

  /// What ``types`` has found.
  public static func types(in result: borrowing QueryResult) -> [SignalType] {
    (0..<result.rowCount).map { row in
      SignalType(
        name: result.string(row, 0), unit: result.string(row, 1),
        description: result.string(row, 2))
    }
  }

  /// How far ahead of the database's clock a reading may be, in microseconds: clocks differ a little. One
  /// that is further ahead comes from a clock that is wrong, and is no sign of life.
  public static let clockTolerance: Int64 = 1_000_000

  /// Machines whose names are next to one that is none, in no order. Parameter: the name.
  ///
  /// At most ``machineCount``, and all where there are fewer: a plant may have very many. Served by the
  /// index of the names.
  public static let machines = PreparedStatement(
    name: "machines",
    sql: """
      (SELECT name FROM machines WHERE name > $1 ORDER BY name LIMIT \(machineCount / 2))
      UNION ALL
      (SELECT name FROM machines WHERE name < $1 ORDER BY name DESC LIMIT \(machineCount / 2))
      """)
  public static let machineCount = 10

  /// What ``machines`` has found, machine-2 before machine-10.
  public static func machines(in result: borrowing QueryResult) -> [String] {
    (0..<result.rowCount).map { result.string($0, 0) }.sorted {
      ($0.utf8.count, $0) < ($1.utf8.count, $1)
    }
  }

  /// The age of the newest reading of any type in microseconds, and its time; NULL when there is none.
  /// Those too far ahead of the clock are left out; how far the newest of them is ahead, in microseconds,
  /// or NULL. Parameter: from when.
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

  /// All of the above.
  public static let all = [newest, newestOfMachine, types, machines, age]

  /// Settings of a session that asks these questions.
  ///
  /// Plans are made once a session and would otherwise depend on how full the tables were at that
  /// moment: these settings leave only the plan that stays right, the one along the indexes.
  public static let sessionSettings = [
    "default_transaction_read_only": "on",
    "enable_bitmapscan": "off",
    // Else the whole of `machines` is read for every query.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "enable_sort": "off",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    // Rows count, not pages: else the readings of a machine that has been off for long are looked for
    // among those of all the others, which lie closer together.
    "random_page_cost": "0",
    "seq_page_cost": "0",
  ]
}

/// What ``ReadingQueries/newest`` and ``ReadingQueries/newestOfMachine`` have found, by row.
public enum NewestReadings {
  /// Why there are no readings to list.
  public enum Absence: Sendable {
    case unknownType
    case unknownMachine
  }

  /// Nil when both the type and the machine exist, even without a reading.
  public static func absence(_ result: borrowing QueryResult) -> Absence? {
    if result.rowCount == 0 { return .unknownType }
    return result.boolean(0, 4) ? nil : .unknownMachine
  }

  /// Of the type, in UCUM; only where both exist.
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

  /// The machine's name in UTF-8, for the time of the call.
  public static func withMachine<R>(
    _ result: borrowing QueryResult, _ row: Int, _ body: (UnsafeRawBufferPointer) -> R
  ) -> R {
    result.withBytes(row, 3, body)
  }
}
