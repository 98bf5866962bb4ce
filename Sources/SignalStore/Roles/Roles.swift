internal import Postgres

/// The roles that services log in as, each with the privileges it needs.
public enum Roles {
  public static let writer = "signals_writer"
  public static let reader = "signals_reader"

  /// Whether a migration has set up the roles.
  public enum Outcome: Sendable, Equatable {
    /// - Parameter unlimited: Limits that the migrating user may not set.
    case established(unlimited: [String])
    /// The migrating user may not create roles; it owns the tables, and services log in as it.
    case skipped(reason: String)
  }

  /// Creates missing roles in the cluster and grants their privileges in the database.
  ///
  /// - Parameters:
  ///   - connection: A session with the migrated database.
  ///   - connectToCluster: Opens a session with the database `postgres`.
  static func establish(
    _ connection: borrowing PostgresConnection,
    _ connectToCluster: () throws(PostgresError) -> PostgresConnection
  ) throws(PostgresError) -> Outcome {
    let me = try connection.execute(
      "SELECT rolsuper OR rolcreaterole, rolname FROM pg_roles WHERE rolname = current_user")
    guard me.boolean(0, 0) else {
      return .skipped(reason: "\(me.string(0, 1)) may not create roles: CREATEROLE required")
    }
    do {
      if try !exist(connection) {
        try connectToCluster().executeScript(script(PackageResources.roles_sql))
      }
      try connection.transaction { session throws(PostgresError) in
        try session.executeScript(script(PackageResources.grants_sql))
        try session.executeScript(script(PackageResources.limits_sql))
      }
    } catch  where error.sqlState == .insufficientPrivilege {
      return .skipped(
        reason: "\(me.string(0, 1)) may not change the owner of the tables: \(error.message)")
    }
    let unlimited = try connection.execute(script(PackageResources.unlimited_sql))
    return .established(unlimited: (0..<unlimited.rowCount).map { unlimited.string($0, 0) })
  }

  private static func exist(_ connection: borrowing PostgresConnection) throws(PostgresError)
    -> Bool
  {
    try connection.execute(
      """
      SELECT to_regrole('signals_owner') IS NOT NULL AND to_regrole('\(writer)') IS NOT NULL
        AND to_regrole('\(reader)') IS NOT NULL
      """
    ).boolean(0, 0)
  }

  private static func script(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
