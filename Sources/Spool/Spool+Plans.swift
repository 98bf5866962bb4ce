internal import GRDB
public import Signals

/// What was to be simulated from a moment on, in a form that the spool does not look into.
public struct PlanEntry: Hashable, Sendable {
  public var since: Timestamp
  public var plan: String

  public init(since: Timestamp, plan: String) {
    self.since = since
    self.plan = plan
  }
}

/// The journal of plans: with it the readings of every moment can be made, or checked, again.
extension Spool {
  /// What the journal may take: some ten thousand plans, or hundreds with a long scenario.
  static let planBytes = 8 << 20

  /// All of it, the oldest first.
  public func plans() throws(SpoolError) -> [PlanEntry] { try read(PlanEntry.all) }

  /// Adds what is to be simulated from a moment on. What was planned for then or later is dropped:
  /// none of it has been simulated. Where there are more than ``planBytes``, the oldest are forgotten,
  /// up to the one by which there still is something to simulate.
  public func record(_ entries: [PlanEntry]) throws(SpoolError) {
    guard !entries.isEmpty else { return }
    try change { database, status throws in
      for entry in entries {
        try database.execute(
          sql: "DELETE FROM plans WHERE since >= ?", arguments: [entry.since.microseconds])
        try database.execute(
          sql: "INSERT INTO plans (since, plan) VALUES (?, ?)",
          arguments: [entry.since.microseconds, entry.plan])
      }
      try database.execute(
        sql: """
          DELETE FROM plans
          WHERE since < (SELECT max(since) FROM plans WHERE since <= ?) AND since IN (
            SELECT since FROM (
              SELECT since, sum(length(CAST(plan AS BLOB))) OVER (ORDER BY since DESC) AS bytes
              FROM plans)
            WHERE bytes > ?)
          """, arguments: [status.frontier?.microseconds, Spool.planBytes])
    }
  }

  /// What the settings said when they were last followed; nil in a new spool.
  public func configured() throws(SpoolError) -> String? {
    try read { try String.fetchOne($0, sql: "SELECT plan FROM configured") }
  }

  public func setConfigured(_ plan: String) throws(SpoolError) {
    try change { database, _ throws in
      try database.execute(sql: "DELETE FROM configured")
      try database.execute(sql: "INSERT INTO configured VALUES (?)", arguments: [plan])
    }
  }
}

extension PlanEntry {
  static func all(_ database: Database) throws -> [PlanEntry] {
    try Row.fetchAll(database, sql: "SELECT since, plan FROM plans ORDER BY since").map {
      PlanEntry(since: try $0.timestamp("since"), plan: try $0.text("plan"))
    }
  }
}
