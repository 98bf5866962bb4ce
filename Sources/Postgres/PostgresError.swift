/// An error of PostgreSQL, libpq or the network.
///
/// ``description`` names the category and is safe to send to clients; ``debugDescription`` adds the
/// server's message and is for logs.
public struct PostgresError: Error, Sendable, Equatable {
  /// The server's code; nil when libpq or the network failed.
  public let sqlState: SQLState?
  /// The message of the server or libpq, on one line.
  public let message: String
  /// What was attempted, such as "connecting to host db port 5432".
  public let action: String
  /// Whether the session is lost.
  public let sessionIsLost: Bool
  /// The violated constraint, if the server named one.
  public let constraint: String?
  /// Replaces ``description`` where the category does not say enough.
  private let shown: String?

  /// - Parameter shown: A description that is safe to send to clients.
  public init(
    sqlState: SQLState? = nil, message: String, action: String, sessionIsLost: Bool = false,
    constraint: String? = nil, shown: String? = nil
  ) {
    self.sqlState = sqlState
    self.constraint = constraint
    self.shown = shown
    self.message = message
    self.action = action
    self.sessionIsLost = sessionIsLost
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  public var description: String { shown ?? cause.description }

  public var debugDescription: String {
    let code = sqlState.map { $0 == .isStandby ? "" : " (SQLSTATE \($0.rawValue))" } ?? ""
    return "\(action): \(message)\(code)"
  }
}

/// A five-character error code.
///
/// See Appendix A of PostgreSQL's manual; the first two characters are the class.
public struct SQLState: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let duplicateDatabase = SQLState(rawValue: "42P04")
  public static let duplicateTable = SQLState(rawValue: "42P07")
  public static let invalidCatalogName = SQLState(rawValue: "3D000")
  public static let queryCanceled = SQLState(rawValue: "57014")
  public static let undefinedTable = SQLState(rawValue: "42P01")
  public static let undefinedColumn = SQLState(rawValue: "42703")
  public static let insufficientPrivilege = SQLState(rawValue: "42501")
  public static let readOnlyTransaction = SQLState(rawValue: "25006")
  public static let tooManyConnections = SQLState(rawValue: "53300")
  public static let undefinedFunction = SQLState(rawValue: "42883")
  public static let undefinedSchema = SQLState(rawValue: "3F000")
  public static let lockNotAvailable = SQLState(rawValue: "55P03")
  /// The server is starting up, shutting down or recovering.
  public static let cannotConnectNow = SQLState(rawValue: "57P03")
  /// An administrator has terminated the session or the server.
  public static let adminShutdown = SQLState(rawValue: "57P01")
  /// The session exceeded the server's idle timeout.
  public static let idleSessionTimeout = SQLState(rawValue: "57P05")
  public static let sequenceLimitExceeded = SQLState(rawValue: "2200H")
  public static let uniqueViolation = SQLState(rawValue: "23505")
  public static let checkViolation = SQLState(rawValue: "23514")
  /// Our own, from the range for private codes: the server is not the required primary.
  public static let isStandby = SQLState(rawValue: "ZZS01")

  /// The first two characters.
  public var classCode: Substring { rawValue.prefix(2) }
}
