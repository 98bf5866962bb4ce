extension PostgresError {
  /// The category of a failure, for programs; its raw value is part of the API.
  public enum Cause: String, Sendable, CaseIterable {
    /// No connection, or the connection was lost.
    case unreachable
    /// The server is not accepting connections yet, or no longer.
    case starting
    /// The server is a standby, but the primary is needed.
    case standby
    /// A write was rejected because the session or server is read-only.
    case readOnly = "read_only"
    case noDatabase = "no_database"
    /// Wrong user or password, or rejected by pg_hba.conf.
    case loginRefused = "login_refused"
    /// The user lacks a privilege.
    case noRights = "no_rights"
    /// A table, column or schema is missing or not in the search path.
    case noTables = "no_tables"
    /// `max_connections`, or a limit of the user or database, is reached.
    case noConnectionLeft = "no_connection_left"
    /// Another session holds a lock.
    case busy
    case timeout
    /// Any other error of the server.
    case refused
  }

  public var cause: Cause {
    // A refused connection has a code, which says more than the missing session.
    switch sqlState {
    case .isStandby: return .standby
    case .invalidCatalogName: return .noDatabase
    case .insufficientPrivilege: return .noRights
    case .readOnlyTransaction: return .readOnly
    case .tooManyConnections: return .noConnectionLeft
    case .cannotConnectNow: return .starting
    case _ where sqlState?.classCode == "28": return .loginRefused
    case nil: return .unreachable
    case _ where sessionIsLost: return .unreachable
    case .queryCanceled: return .timeout
    case .lockNotAvailable: return .busy
    case .undefinedTable, .undefinedColumn, .undefinedFunction, .undefinedSchema: return .noTables
    default: return .refused
    }
  }
}

extension PostgresError.Cause: CustomStringConvertible {
  /// Safe to send to clients.
  public var description: String {
    switch self {
    case .unreachable: "the database does not answer"
    case .starting: "the database is starting up or shutting down"
    case .standby: "the database is a standby and no primary was found"
    case .readOnly: "the database is read-only"
    case .noDatabase: "the database does not exist"
    case .loginRefused: "the database rejected the login"
    case .noRights: "permission denied by the database"
    case .noTables: "the database tables are missing or not in the search_path"
    case .noConnectionLeft: "the database has no free connections"
    case .busy: "the database is locked by another session"
    case .timeout: "the database timed out"
    case .refused: "the database rejected the request"
    }
  }
}
