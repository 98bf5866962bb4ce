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
  }

  private let parameters: ConnectionParameters
  private let patience: Connection.Patience

  public init(_ parameters: ConnectionParameters, patience: Connection.Patience) {
    self.parameters = parameters
    self.patience = patience
  }

  /// Creates the database when it is missing and applies what steps it lacks: all or none.
  ///
  /// Two processes may do this at once: one does it, the other waits for it and finds it done.
  /// - Throws: ``MigrationError``; the database is then as it was before.
  public func migrate() throws(MigrationError) -> Outcome {
    var createdDatabase = false
    var found = 0
    do throws(PostgresError) {
      let connection = try connect(&createdDatabase)
      try connection.transaction { session throws(PostgresError) in
        found = try Migrator.lockAndReadVersion(session)
        for migration in Migration.all.dropFirst(found) {
          try Migrator.apply(migration, session)
        }
      }
    } catch {
      throw .database(error)
    }
    let known = Migration.all.count
    guard found <= known else { throw .databaseIsNewer(found: found, known: known) }
    return Outcome(
      createdDatabase: createdDatabase, applied: Migration.all.dropFirst(found).map(\.name),
      version: known)
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

  /// Waits for any other migrator; reads how many steps the database has.
  private static func lockAndReadVersion(_ session: borrowing Connection) throws(PostgresError)
    -> Int
  {
    // Ended with the transaction. The number is this program's alone: "signals" in ASCII.
    try session.execute("SELECT pg_advisory_xact_lock(x'7369676e616c73'::bigint)")
    try session.execute(
      """
      CREATE TABLE IF NOT EXISTS schema_migrations (
        number integer PRIMARY KEY,
        name text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      )
      """)
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

  private func createDatabase() throws(PostgresError) {
    guard let name = parameters.database else { return }
    var maintenance = parameters
    maintenance.database = "postgres"
    let connection = try Connection(maintenance, patience: patience)
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
