public import Postgres
public import Time

extension ReadingQueries {
  /// Machines by name, in the order of its bytes, each with its types and their newest readings.
  /// Parameters: the name after which they begin, limit (`bigint`).
  ///
  /// A row for each machine and type, or for a machine alone that never had a reading. The table
  /// `series` says of which day the newest reading is, so that one look into that day's index finds it;
  /// served by the index `machine_signals_machine_type_time`. Compared as a row, machine and type leave
  /// no other: where the planner expects a single reading in a day it would take the index of the types,
  /// and pass over all the other machines.
  ///
  /// Each look costs 60 ns for every day that could be chosen. So those of the last month, which
  /// are most, choose among that month's alone.
  public static let machinePage = PreparedStatement(
    name: "machine_page",
    sql: """
      SELECT machine.name, type.name, series.first_time,
        coalesce(recent.time, older.time), coalesce(recent.value, older.value),
        (extract(epoch FROM statement_timestamp() - coalesce(recent.time, older.time))
          * 1000000)::bigint, machine.id
      FROM (
        SELECT id, name FROM machines WHERE name COLLATE "C" > $1
        ORDER BY name COLLATE "C" LIMIT $2
      ) machine
      LEFT JOIN series ON series.machine_id = machine.id
      LEFT JOIN signal_types type ON type.id = series.type_id
      \(newest("recent", of: ">=", within: "time >= statement_timestamp() - interval '34 days'"))
      \(newest("older", of: "<", within: "time < statement_timestamp() - interval '31 days'"))
      ORDER BY machine.name COLLATE "C", type.name COLLATE "C"
      """)

  /// The newest reading of a series that is not ahead of the clock, where its last day is before or after
  /// that of 32 days ago. `OFFSET 0` keeps that condition in front of the search.
  private static func newest(_ alias: String, of side: String, within bound: String) -> String {
    """
    LEFT JOIN LATERAL (
      SELECT time, value FROM (
        SELECT time, value FROM machine_signals
        WHERE (machine_id, type_id) <= (series.machine_id, series.type_id)
          AND (machine_id, type_id) >= (series.machine_id, series.type_id)
          AND time >= series.last_day::timestamp AT TIME ZONE 'UTC'
          AND time < (series.last_day + 1)::timestamp AT TIME ZONE 'UTC'
          AND time <= statement_timestamp() + interval '\(clockTolerance) microseconds'
          AND \(bound)
        ORDER BY machine_id DESC, type_id DESC, time DESC LIMIT 1
      ) newest
      WHERE series.last_day \(side) (statement_timestamp() AT TIME ZONE 'UTC')::date - 32
      OFFSET 0
    ) \(alias) ON true
    """
  }

  /// What ``machinePage`` has found.
  public static func machines(onPage result: borrowing QueryResult) -> [MachineOverview] {
    var machines: [MachineOverview] = []
    var last: Int64?
    for row in 0..<result.rowCount {
      // Not by name: Unicode knows different bytes that are equal.
      let id = result.integer(row, 6)
      if id != last { machines.append(MachineOverview(name: result.string(row, 0))) }
      last = id
      let place = machines.count - 1
      if !result.isNull(row, 2) {
        let first = Timestamp(microseconds: result.microseconds(row, 2))
        machines[place].firstSeen = min(machines[place].firstSeen ?? first, first)
      }
      guard !result.isNull(row, 1), !result.isNull(row, 3) else { continue }
      machines[place].newest.append(
        MachineOverview.Newest(
          type: result.string(row, 1), value: result.double(row, 4),
          time: Timestamp(microseconds: result.microseconds(row, 3)), age: result.integer(row, 5)))
    }
    return machines
  }
}

/// What is known of a machine, as of one moment of the database's clock.
public struct MachineOverview: Equatable, Sendable {
  /// The newest reading of one type.
  public struct Newest: Equatable, Sendable {
    public let type: String
    public let value: Double
    public let time: Timestamp
    /// In microseconds; negative for a reading within the tolerance ahead of the clock.
    public let age: Int64
  }

  public let name: String
  /// The time of the first reading that was stored; nil when there is none.
  public fileprivate(set) var firstSeen: Timestamp?
  /// By the name of the type.
  public fileprivate(set) var newest: [Newest] = []

  fileprivate init(name: String) { self.name = name }

  /// The newest reading of any type; nil when there is none.
  public var last: Newest? { newest.max { $0.time < $1.time } }

  /// Whether there is no reading, or the newest is older than `limit`.
  public func isSilent(after limit: Duration) -> Bool {
    guard let last else { return true }
    return .microseconds(last.age) > limit
  }
}
