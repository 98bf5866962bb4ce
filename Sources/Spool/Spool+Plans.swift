internal import GRDB
internal import Time

/// The journal of plans: with it the readings of every moment can be made, or checked, again.
extension Spool {
  /// What the journal may take: some ten thousand plans, or hundreds with a long scenario.
  static let planBytes = 8 << 20

  /// All of it, the oldest first.
  public func plans() throws(SpoolError) -> [PlanEntry] { try read(PlanEntry.all) }

  /// Adds what is to be simulated from a moment on. What was planned for then or later is dropped:
  /// none of it has been simulated. Where there are more than ``planBytes``, the oldest are forgotten,
  /// up to the one by which there still is something to simulate.
  ///
  /// - Parameter configured: What the settings say, when they are followed with it.
  public func record(_ entries: [PlanEntry], configured: String? = nil) throws(SpoolError) {
    try change { database, status throws in
      for entry in entries {
        try database.execute(
          sql: "DELETE FROM plans WHERE since >= ?", arguments: [entry.since.microseconds])
        try entry.insert(database)
      }
      if let configured { try Spool.note(configured: configured, database) }
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

  /// What the settings said when they were last followed; nil when that is not known, as in a new spool.
  public func configured() throws(SpoolError) -> String? { try read(Spool.configured) }

  static func configured(_ database: Database) throws -> String? {
    guard let row = try Row.fetchOne(database, sql: "SELECT plan, checksum FROM configured"),
      let plan = try? row.text("plan"), let checksum = try? row.integer("checksum"),
      checksum == Checksum.of(plan)
    else { return nil }
    return plan
  }

  static func note(configured plan: String, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM configured")
    try database.execute(
      sql: "INSERT INTO configured (plan, checksum) VALUES (?, ?)",
      arguments: [plan, Checksum.of(plan)])
  }
}
