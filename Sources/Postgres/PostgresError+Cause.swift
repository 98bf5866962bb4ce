extension PostgresError {
  /// What kind of failure it is, in a word for programs; its raw value is part of the API.
  public enum Cause: String, Sendable, CaseIterable {
    /// No connection, or the session broke off.
    case unreachable
    /// The server takes no sessions yet, or none any more.
    case starting
    /// A server that follows another one, where the primary is needed.
    case standby
    /// A write was refused because the session, or the server, is read-only.
    case readOnly = "read_only"
    case noDatabase = "no_database"
    /// The user, the password or the server's pg_hba.conf.
    case loginRefused = "login_refused"
    /// A right that the user lacks.
    case noRights = "no_rights"
    /// A table, a column or a schema that is missing, or out of sight.
    case noTables = "no_tables"
    /// `max_connections`, or a limit of the user's or the database's.
    case noConnectionLeft = "no_connection_left"
    /// A lock that another session holds.
    case busy
    case timeout
    /// Anything else that the server says.
    case refused
  }

  public var cause: Cause {
    // A session that is refused never was: its code says more than that there is none.
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
  /// Safe to show to anybody.
  public var description: String {
    switch self {
    case .unreachable: "the database does not answer"
    case .starting: "the database is starting up or shutting down"
    case .standby: "the database is a standby, and no primary is to be found"
    case .readOnly: "the database is read-only"
    case .noDatabase: "the database does not exist"
    case .loginRefused: "the database does not let its user in"
    case .noRights: "the database does not give its user the right"
    case .noTables: "the database lacks this program's tables, or its search_path hides them"
    case .noConnectionLeft: "the database has no connection left"
    case .busy: "the database is busy with another session"
    case .timeout: "the database took too long"
    case .refused: "the database refused the request"
    }
  }
}
