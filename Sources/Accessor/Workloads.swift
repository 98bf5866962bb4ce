import Server
import SignalStore

/// The kinds of database sessions, by workload number.
enum Workloads {
  /// For the newest readings: always index scans, regardless of table statistics.
  static let newest = 0
  /// For queries that read many readings: PostgreSQL's own plans, a longer timeout, few sessions.
  static let scan = 1
  /// For the list of machines, which looks up each series: plans as for the newest readings, a longer
  /// timeout, a session of its own.
  static let machines = 2

  static func all(_ configuration: AccessorConfiguration) -> [Workload] {
    [
      Workload(
        "newest", settings: ReadingQueries.sessionSettings, statements: ReadingQueries.all,
        sessions: configuration.connectionsPerLane, timeout: configuration.queryTimeout),
      Workload(
        "scan", settings: ScanQueries.sessionSettings, statements: ScanQueries.all,
        sessions: configuration.scanConnectionsPerLane, timeout: configuration.scanTimeout,
        isOpenedOnDemand: true),
      Workload(
        "machines", settings: ReadingQueries.sessionSettings,
        statements: [ReadingQueries.machinePage], sessions: 1, timeout: configuration.scanTimeout,
        isOpenedOnDemand: true),
    ]
  }
}
