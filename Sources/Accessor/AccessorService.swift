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
  ///
  /// When another process has put its socket in the place of ours, nothing is broken off: this one
  /// goes on for the connections that nginx keeps, until nginx closes them or a second signal comes.
  func run(until signals: borrowing SignalSource) throws {
    DescriptorLimit.raise()
    let listener = try Listener(path: configuration.socketPath)
    let hasEnded = try Wakeup()
    let metrics = (0..<configuration.lanes).map { _ in LaneMetrics() }
    let allMetrics = AccessorMetrics(metrics)
    let lanes = try metrics.enumerated().map { number, metrics in
      try LaneThread(
        number: number, listener: listener, configuration: configuration, metrics: metrics,
        allMetrics: allMetrics, hasEnded: hasEnded)
    }
    logger.info(
      "serving at \(configuration.socketPath)",
      metadata: [
        "lanes": "\(configuration.lanes)",
        "connections": "\(configuration.lanes * configuration.connectionsPerLane)",
        "database": "\(configuration.database.displayName)",
      ])
    _ = try signals.next()
    if listener.isReplaced {
      logger.info("stopping: another process has taken over; serving what nginx keeps open")
      for lane in lanes { lane.end(.lingering) }
      while !lanes.allSatisfy(\.hasEnded), try signals.next(or: hasEnded.descriptor) == nil {
        hasEnded.reset()
      }
    }
    logger.info("stopping: finishing what was accepted")
    listener.removePath()
    for lane in lanes { lane.end(.prompt) }
    for lane in lanes { lane.join() }
    logger.info("stopped")
  }
}
