import Server
import SignalStore

/// The kinds of sessions with the database, by the numbers that questions name.
enum Workloads {
  /// For the newest readings: plans along the indexes, whatever the tables hold.
  static let newest = 0

  static func all(_ configuration: Configuration) -> [Workload] {
    [
      Workload(
        settings: ReadingQueries.sessionSettings, statements: ReadingQueries.all,
        sessions: configuration.connectionsPerLane, timeout: configuration.queryTimeout)
    ]
  }
}
