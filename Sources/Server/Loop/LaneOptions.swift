/// The settings of a program's lanes.
public struct LaneOptions: Sendable {
  /// The number of threads, each with its own connections.
  public var lanes: Int
  /// The database; nil when none is used.
  public var database: PrimaryWatch?
  /// The kinds of database sessions, by the number that a ``QuerySpec`` carries.
  public var workloads: [Workload]
  /// The number of calls that may wait for the database, per lane and workload.
  public var maxWaiting: Int
  /// Requests that take longer are logged.
  public var slowRequest: Duration
  /// The time limit of a prompt end.
  public var promptDrain: Duration
  /// The audit log; nil for none.
  var audit: Audit?
  /// The detail of a refusal, in place of one about the credentials.
  public var denialDetail: String?

  /// - Parameter isAudited: Whether to log changes and refusals.
  public init(
    lanes: Int = 1, database: PrimaryWatch? = nil, workloads: [Workload] = [],
    maxWaiting: Int = 4096,
    slowRequest: Duration = .seconds(1), promptDrain: Duration = .seconds(4),
    isAudited: Bool = false
  ) {
    self.lanes = lanes
    self.database = database
    self.workloads = workloads
    self.maxWaiting = maxWaiting
    self.slowRequest = slowRequest
    self.promptDrain = promptDrain
    audit = isAudited ? Audit() : nil
  }

  var isAudited: Bool { audit != nil }

  /// The time limit for draining; the web server keeps connections for a minute at most.
  func drainTimeout(_ ending: Lane.Ending) -> Duration {
    ending == .lingering ? .seconds(75) : promptDrain
  }
}
