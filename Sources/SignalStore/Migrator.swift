public import Postgres

/// Migrates a database to this program's schema.
public struct Migrator: Sendable {
  /// The result of a migration.
  public struct Outcome: Sendable, Equatable {
    public let createdDatabase: Bool
    /// The names of the applied steps.
    public let applied: [String]
    /// The schema version after the migration.
    public let version: Int
    /// Nil when roles were not requested.
    public var roles: Roles.Outcome?
  }

  private var parameters: ConnectionParameters
  private let timeouts: PostgresConnection.Timeouts

  public init(_ parameters: ConnectionParameters, timeouts: PostgresConnection.Timeouts) {
    self.parameters = parameters
    self.parameters.mustWrite = true
    self.timeouts = timeouts
  }

  /// Creates the database if necessary and applies missing steps, all or none.
  ///
  /// Concurrent migrations are safe: one does the work, the others wait and find it done. An up-to-date
  /// database needs only read access.
  /// - Parameter makesRoles: Whether to create the roles of ``Roles`` too, where permitted.
  /// - Throws: ``MigrationError``; the database is then unchanged.
  public func migrate(makesRoles: Bool = false) throws(MigrationError) -> Outcome {
    let known = Migration.all.count
    var createdDatabase = false
    var found = 0
    var roles: Roles.Outcome?
    do throws(PostgresError) {
      let connection = try connect(&createdDatabase)
      found = try Migrator.readVersion(connection)
      if found < known { found = try applyMissing(connection, since: found) }
      if makesRoles, found <= known {
        roles = try Roles.establish(connection) { () throws(PostgresError) in try maintain() }
      }
    } catch {
      throw .database(error)
    }
    guard found <= known else { throw .databaseIsNewer(found: found, known: known) }
    return Outcome(
      createdDatabase: createdDatabase, applied: Migration.all.dropFirst(found).map(\.name),
      version: known, roles: roles)
  }

  /// - Returns: The version of the database when this migrator got the lock.
  private func applyMissing(_ connection: borrowing PostgresConnection, since version: Int)
    throws(PostgresError) -> Int
  {
    do {
      do {
        return try Migrator.applyMissing(connection)
      } catch  where error.sqlState == .uniqueViolation || error.sqlState == .duplicateTable {
        // Another migrator has created the first table, and all others with it.
        return try Migrator.applyMissing(connection)
      }
    } catch  where error.sqlState == .insufficientPrivilege {
      throw PostgresError(
        sqlState: error.sqlState,
        message: """
          the database has schema version \(version) and this program needs \(Migration.all.count); \
          an administrator runs signals-producer migrate (\(error.message))
          """,
        action: "migrating")
    }
  }

  private static func applyMissing(_ connection: borrowing PostgresConnection) throws(PostgresError)
    -> Int
  {
    var found = 0
    try connection.transaction { session throws(PostgresError) in
      try session.execute(
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
          number integer PRIMARY KEY,
          name text NOT NULL,
          applied_at timestamptz NOT NULL DEFAULT now()
        )
        """)
      // One migrator at a time. Only the table's owner may take this lock.
      try session.execute("LOCK TABLE schema_migrations IN SHARE UPDATE EXCLUSIVE MODE")
      found = try readVersion(session)
      for migration in Migration.all.dropFirst(found) { try apply(migration, session) }
    }
    return found
  }

  private func connect(_ createdDatabase: inout Bool) throws(PostgresError) -> PostgresConnection {
    do {
      return try PostgresConnection(parameters, timeouts: timeouts)
    } catch  where error.sqlState == .invalidCatalogName {
      try createDatabase()
      createdDatabase = true
      return try PostgresConnection(parameters, timeouts: timeouts)
    }
  }

  /// The schema version of the database.
  private static func readVersion(_ session: borrowing PostgresConnection) throws(PostgresError)
    -> Int
  {
    let table = try session.execute("SELECT to_regclass('schema_migrations') IS NOT NULL")
    guard table.boolean(0, 0) else { return 0 }
    let result = try session.execute("SELECT coalesce(max(number), 0) FROM schema_migrations")
    // Numbers that no program writes count as none.
    return max(0, Int(result.integer(0, 0)))
  }

  private static func apply(_ migration: Migration, _ session: borrowing PostgresConnection)
    throws(PostgresError)
  {
    try session.executeScript(migration.sql)
    var parameters = Parameters()
    parameters.append(Int32(migration.number))
    parameters.append(migration.name)
    try session.execute(
      "INSERT INTO schema_migrations (number, name) VALUES ($1, $2)", parameters)
  }

  /// A session with the maintenance database.
  private func maintain() throws(PostgresError) -> PostgresConnection {
    var maintenance = parameters
    maintenance.database = "postgres"
    return try PostgresConnection(maintenance, timeouts: timeouts)
  }

  private func createDatabase() throws(PostgresError) {
    guard let name = parameters.database else { return }
    let connection = try maintain()
    let quoted = "\"\(name.replacing("\"", with: "\"\""))\""
    do {
      try connection.execute("CREATE DATABASE \(quoted) TEMPLATE template0 ENCODING 'UTF8'")
    } catch  where error.sqlState == .duplicateDatabase || error.sqlState == .uniqueViolation {
      // Another process has just created it.
    }
  }
}

/// Why a migration failed.
public enum MigrationError: Error, CustomStringConvertible {
  case databaseIsNewer(found: Int, known: Int)
  case database(PostgresError)

  public var description: String {
    switch self {
    case .databaseIsNewer(let found, let known):
      """
      the database has schema version \(found), but this program supports only up to \(known); \
      upgrade the program, or set DB_NAME to another database
      """
    case .database(let error): error.debugDescription
    }
  }
}
