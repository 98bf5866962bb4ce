public import Postgres

/// A kind of database sessions, with its own planner settings and deadlines, so that slow queries never
/// delay fast ones.
public struct Workload: Sendable {
  /// The name in metrics.
  public let name: String
  /// Server settings of these sessions, by name.
  public let settings: [String: String]
  /// The statements prepared in these sessions.
  public let statements: [PreparedStatement]
  /// The number of sessions per lane.
  public let sessions: Int
  /// The time limit of a query.
  public let timeout: Duration
  /// Whether the sessions are opened for the first query rather than at startup.
  public let isOpenedOnDemand: Bool

  public init(
    _ name: String, settings: [String: String], statements: [PreparedStatement], sessions: Int,
    timeout: Duration, isOpenedOnDemand: Bool = false
  ) {
    self.name = name
    self.statements = statements
    self.sessions = sessions
    self.timeout = timeout
    self.isOpenedOnDemand = isOpenedOnDemand
    self.settings = settings.merging(
      ["statement_timeout": String(timeout.nanoseconds / 1_000_000)]) { $1 }
  }
}
