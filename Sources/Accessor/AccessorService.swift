import EventLoop
import FastCGI
import Logging
import Postgres

/// The running program: a listener, and lanes that share nothing but it.
struct AccessorService {
  private let configuration: Configuration
  private let logger = Logger(label: "accessor")

  init(_ configuration: Configuration) { self.configuration = configuration }

  /// Serves until a signal comes, then finishes what was accepted.
  func run(until signals: borrowing SignalSource) throws {
    DescriptorLimit.raise()
    let listener = try Listener(path: configuration.socketPath)
    let metrics = (0..<configuration.lanes).map { _ in LaneMetrics() }
    let allMetrics = AccessorMetrics(metrics)
    let lanes = try metrics.enumerated().map { number, metrics in
      try LaneThread(
        number: number, listener: listener, configuration: configuration, metrics: metrics,
        allMetrics: allMetrics)
    }
    logger.info(
      "serving at \(configuration.socketPath)",
      metadata: [
        "lanes": "\(configuration.lanes)",
        "connections": "\(configuration.lanes * configuration.connectionsPerLane)",
        "database": "\(configuration.database.displayName)",
      ])
    _ = try signals.next()
    logger.info("stopping: finishing what was accepted")
    listener.removePath()
    for lane in lanes { lane.stop() }
    for lane in lanes { lane.join() }
    logger.info("stopped")
  }
}
