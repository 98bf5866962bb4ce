internal import GRDB
internal import Time

/// The plan journal, with which the readings of any time can be reproduced or verified.
extension Spool {
  /// The maximum size of the journal: some ten thousand plans, or hundreds with long scenarios.
  static let planBytes = 8 << 20

  /// The whole journal, oldest first.
  public func plans() throws(SpoolError) -> [PlanEntry] { try read(PlanEntry.all) }

  /// Records plans. Entries at or after the same time are replaced: none of them has been simulated.
  /// Beyond ``planBytes`` the oldest entries are dropped, except those still needed for simulation.
  ///
  /// - Parameter configured: The configured plan, when it is applied with this change.
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

  /// The configured plan that was last applied; nil when unknown, as in a new spool.
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
