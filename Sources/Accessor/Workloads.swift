import Server
import SignalStore

/// The kinds of database sessions, by workload number.
enum Workloads {
  /// For the newest readings: always index scans, regardless of table statistics.
  static let newest = 0
  /// For queries that read many readings: PostgreSQL's own plans, a longer timeout, few sessions.
  static let scan = 1

  static func all(_ configuration: AccessorConfiguration) -> [Workload] {
    [
      Workload(
        "newest", settings: ReadingQueries.sessionSettings, statements: ReadingQueries.all,
        sessions: configuration.connectionsPerLane, timeout: configuration.queryTimeout),
      Workload(
        "scan", settings: ScanQueries.sessionSettings, statements: ScanQueries.all,
        sessions: configuration.scanConnectionsPerLane, timeout: configuration.scanTimeout,
        isOpenedOnDemand: true),
    ]
  }
}
