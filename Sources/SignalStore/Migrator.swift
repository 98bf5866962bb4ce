public import Postgres

/// Brings a database to the schema of this program.
public struct Migrator: Sendable {
  /// What was found and done.
  public struct Outcome: Sendable, Equatable {
    public let createdDatabase: Bool
    /// The steps that were missing, by name.
    public let applied: [String]
    /// The number of the last step, now in force.
    public let version: Int
    /// Nil when nobody asked for them.
    public var roles: Roles.Outcome?
  }

  private var parameters: ConnectionParameters
  private let patience: Connection.Patience

  public init(_ parameters: ConnectionParameters, patience: Connection.Patience) {
    self.parameters = parameters
    self.parameters.mustWrite = true
    self.patience = patience
  }

  /// Creates the database when it is missing and applies what steps it lacks: all or none.
  ///
  /// Two processes may do this at once: one does it, the other waits for it and finds it done. Where
  /// nothing is lacking it takes no right but to read.
  /// - Parameter makesRoles: Whether to make the roles of ``Roles`` as well, where that is allowed.
  /// - Throws: ``MigrationError``; the database is then as it was before.
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

  /// - Returns: How many steps the database had when it was this migrator's turn.
  private func applyMissing(_ connection: borrowing Connection, since version: Int)
    throws(PostgresError) -> Int
  {
    do {
      do {
        return try Migrator.applyMissing(connection)
      } catch  where error.sqlState == .uniqueViolation || error.sqlState == .duplicateTable {
        // Another migrator has made the first table, and all others with it.
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

  private static func applyMissing(_ connection: borrowing Connection) throws(PostgresError) -> Int
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
      // One migrator at a time. It takes a right to the table that only its owner has.
      try session.execute("LOCK TABLE schema_migrations IN SHARE UPDATE EXCLUSIVE MODE")
      found = try readVersion(session)
      for migration in Migration.all.dropFirst(found) { try apply(migration, session) }
    }
    return found
  }

  private func connect(_ createdDatabase: inout Bool) throws(PostgresError) -> Connection {
    do {
      return try Connection(parameters, patience: patience)
    } catch  where error.sqlState == .invalidCatalogName {
      try createDatabase()
      createdDatabase = true
      return try Connection(parameters, patience: patience)
    }
  }

  /// How many steps the database has.
  private static func readVersion(_ session: borrowing Connection) throws(PostgresError) -> Int {
    let table = try session.execute("SELECT to_regclass('schema_migrations') IS NOT NULL")
    guard table.boolean(0, 0) else { return 0 }
    let result = try session.execute("SELECT coalesce(max(number), 0) FROM schema_migrations")
    // A number that no program writes counts as none.
    return max(0, Int(result.integer(0, 0)))
  }

  private static func apply(_ migration: Migration, _ session: borrowing Connection)
    throws(PostgresError)
  {
    try session.executeScript(migration.sql)
    var parameters = Parameters()
    parameters.append(Int32(migration.number))
    parameters.append(migration.name)
    try session.execute(
      "INSERT INTO schema_migrations (number, name) VALUES ($1, $2)", parameters)
  }

  /// A session with the database that every cluster has.
  private func maintain() throws(PostgresError) -> Connection {
    var maintenance = parameters
    maintenance.database = "postgres"
    return try Connection(maintenance, patience: patience)
  }

  private func createDatabase() throws(PostgresError) {
    guard let name = parameters.database else { return }
    let connection = try maintain()
    let quoted = "\"\(name.replacing("\"", with: "\"\""))\""
    do {
      try connection.execute("CREATE DATABASE \(quoted) TEMPLATE template0 ENCODING 'UTF8'")
    } catch  where error.sqlState == .duplicateDatabase || error.sqlState == .uniqueViolation {
      // Another process has just done it.
    }
  }
}

/// Why a database could not be brought to this program's schema.
public enum MigrationError: Error, CustomStringConvertible {
  case databaseIsNewer(found: Int, known: Int)
  case database(PostgresError)

  public var description: String {
    switch self {
    case .databaseIsNewer(let found, let known):
      """
      the database has schema version \(found), this program knows versions up to \(known): \
      install a newer release of the program, or point DB_NAME at another database
      """
    case .database(let error): error.debugDescription
    }
  }
}
