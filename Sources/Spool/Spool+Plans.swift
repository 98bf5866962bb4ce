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
  /// All of it, the oldest first.
  public func plans() throws(SpoolError) -> [PlanEntry] { try read(PlanEntry.all) }

  /// Adds what is to be simulated from a moment on. What was planned for then or later is dropped:
  /// none of it has been simulated.
  public func record(_ entries: [PlanEntry]) throws(SpoolError) {
    guard !entries.isEmpty else { return }
    try change { database, _ throws in
      for entry in entries {
        try database.execute(
          sql: "DELETE FROM plans WHERE since >= ?", arguments: [entry.since.microseconds])
        try database.execute(
          sql: "INSERT INTO plans (since, plan) VALUES (?, ?)",
          arguments: [entry.since.microseconds, entry.plan])
      }
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
