public import Postgres

/// The questions of the accessor whose answers take more than a few rows.
public enum ScanQueries {
  /// All of them.
  public static let all: [PreparedStatement] = []

  /// Settings of a session that asks them: PostgreSQL's own planner knows best what is many rows.
  public static let sessionSettings = ["default_transaction_read_only": "on"]
}
