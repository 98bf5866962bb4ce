/// How the lanes of a program serve.
public struct LaneOptions: Sendable {
  /// Threads, each with its own connections.
  public var lanes: Int
  /// Where the database is; nil when nothing is asked of one.
  public var database: PrimaryWatch?
  /// The sessions with the database, by the numbers that a ``Question`` names.
  public var workloads: [Workload]
  /// How many calls may wait for the database, in each lane and workload.
  public var maxWaiting: Int
  /// A request that takes longer is logged.
  public var slowRequest: Duration
  /// How long a prompt end may take.
  public var promptDrain: Duration
  /// Writes down calls; nil for none.
  var audit: Audit?
  /// What those are told who are not let in, where it is not about what they have shown.
  public var detailOfDenial: String?

  /// - Parameter isAudited: Write down who has changed something, or was not let in.
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

  /// How long an end may take. The web server keeps no connection longer than a minute.
  func drainTimeout(_ ending: Lane.Ending) -> Duration {
    ending == .lingering ? .seconds(75) : promptDrain
  }
}
