import Server
import SignalStore

/// The kinds of sessions with the database, by the numbers that questions name.
enum Workloads {
  /// For the newest readings: plans along the indexes, whatever the tables hold.
  static let newest = 0
  /// For what reads many readings: PostgreSQL's own plans, a longer deadline, few sessions.
  static let scan = 1

  static func all(_ configuration: Configuration) -> [Workload] {
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
