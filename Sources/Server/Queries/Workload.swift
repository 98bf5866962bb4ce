public import Postgres

/// Sessions with the database for one kind of work, with a planner and deadlines of their own: what is
/// slow never stands in front of what is fast.
public struct Workload: Sendable {
  /// As metrics name it.
  public let name: String
  /// What these sessions set, by the names of the server's settings.
  public let settings: [String: String]
  /// All that these sessions are asked.
  public let statements: [PreparedStatement]
  /// How many sessions each lane has.
  public let sessions: Int
  /// How long an answer may take.
  public let timeout: Duration
  /// The sessions are opened for the first question, not at the start.
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
