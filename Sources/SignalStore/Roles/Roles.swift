internal import Postgres

/// The roles that services log in with, each with no more rights than its work takes.
public enum Roles {
  public static let writer = "signals_writer"
  public static let reader = "signals_reader"

  /// Whether the roles are in place after a migration.
  public enum Outcome: Sendable, Equatable {
    /// - Parameter unlimited: What should be limited, and who migrates has no right to.
    case established(unlimited: [String])
    /// Whoever migrates may not make roles; the tables are theirs, and services log in as them.
    case skipped(reason: String)
  }

  /// Makes the roles that are missing in the cluster, and gives them their rights in the database.
  ///
  /// - Parameters:
  ///   - connection: With the database, after its migration.
  ///   - connectToCluster: Gives a session with the database `postgres`.
  static func establish(
    _ connection: borrowing Connection,
    _ connectToCluster: () throws(PostgresError) -> Connection
  ) throws(PostgresError) -> Outcome {
    let me = try connection.execute(
      "SELECT rolsuper OR rolcreaterole, rolname FROM pg_roles WHERE rolname = current_user")
    guard me.boolean(0, 0) else {
      return .skipped(reason: "\(me.string(0, 1)) may not make roles: it takes CREATEROLE")
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
      return .skipped(reason: "\(me.string(0, 1)) may not give the tables away: \(error.message)")
    }
    let unlimited = try connection.execute(script(PackageResources.unlimited_sql))
    return .established(unlimited: (0..<unlimited.rowCount).map { unlimited.string($0, 0) })
  }

  private static func exist(_ connection: borrowing Connection) throws(PostgresError) -> Bool {
    try connection.execute(
      """
      SELECT to_regrole('signals_owner') IS NOT NULL AND to_regrole('\(writer)') IS NOT NULL
        AND to_regrole('\(reader)') IS NOT NULL
      """
    ).boolean(0, 0)
  }

  private static func script(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
