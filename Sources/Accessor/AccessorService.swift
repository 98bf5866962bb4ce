import Access
import EventLoop
import FastCGI
import Glibc
import Logging
import Postgres
import Service

/// The running program: a listener, and lanes that share nothing but it.
struct AccessorService {
  private let configuration: Configuration
  private let logger = Logger(label: "accessor")

  init(_ configuration: Configuration) { self.configuration = configuration }

  /// Serves until a signal comes, then finishes what was accepted.
  ///
  /// When another process gets the new connections from now on, nothing is broken off: this one goes on
  /// for those that nginx keeps, until nginx closes them or a second signal comes.
  ///
  /// - Parameter manager: Who may have made the socket, and is told when it is served.
  func run(until signals: borrowing SignalSource, under manager: ServiceManager) throws {
    DescriptorLimit.raise()
    let access = try AccessControl.start(configuration.access)
    let listener = try manager.listener(orAt: configuration.socketPath)
    let hasEnded = try Wakeup()
    let metrics = (0..<configuration.lanes).map { _ in LaneMetrics() }
    let allMetrics = AccessorMetrics(metrics)
    let reachability = Reachability()
    let lanes = try metrics.enumerated().map { number, metrics in
      try LaneThread(
        number: number, listener: listener, configuration: configuration, access: access,
        metrics: metrics, allMetrics: allMetrics, reachability: reachability, hasEnded: hasEnded)
    }
    logger.info(
      "serving at \(listener.path)",
      metadata: [
        "lanes": "\(configuration.lanes)",
        "connections": "\(configuration.lanes * configuration.connectionsPerLane)",
        "database": "\(configuration.database.displayName)",
      ])
    manager.notify(.ready)
    let parts = metrics.enumerated().map(AccessorService.part) + [.access(access)]
    let watchdog = try Watchdog(manager, parts) {
      allMetrics.summary
    }
    let signal = try signals.next()
    watchdog.stop()
    manager.notify(.stopping)
    if signal == SIGTERM, listener.isReplaced || listener.isInherited {
      logger.info("stopping: another process has taken over; serving what nginx keeps open")
      for lane in lanes { lane.end(.lingering) }
      try linger(lanes, listener, signals, hasEnded)
    }
    logger.info("stopping: finishing what was accepted")
    listener.removePath()
    for lane in lanes { lane.end(.prompt) }
    for lane in lanes { lane.join() }
    access.stop()
    logger.info("stopped")
  }

  /// Waits until nginx has closed its connections.
  ///
  /// A socket that was inherited tells nothing of a successor, who may come only once we have gone, as
  /// with `systemctl restart`. So it is left as soon as nobody takes the connections that come.
  private func linger(
    _ lanes: [LaneThread], _ listener: Listener, _ signals: borrowing SignalSource,
    _ hasEnded: Wakeup
  ) throws {
    var unattendedSince: ContinuousClock.Instant?
    while !lanes.allSatisfy(\.hasEnded) {
      let tick = ContinuousClock.now + .milliseconds(20)
      if try signals.next(or: hasEnded.descriptor, until: tick) != nil { return }
      hasEnded.reset()
      guard listener.isInherited, listener.hasWaiting else {
        unattendedSince = nil
        continue
      }
      let since = unattendedSince ?? .now
      if .now - since > AccessorService.longestUnattended { return }
      unattendedSince = since
    }
  }

  /// A successor takes each connection within a turn of a lane, which is much shorter.
  private static let longestUnattended = Duration.milliseconds(200)

  /// A lane turns once a second even when nobody asks.
  private static func part(_ number: Int, _ metrics: LaneMetrics) -> Watchdog.Part {
    Watchdog.Part("lane \(number)", allowance: .seconds(3)) { metrics.turns.value }
  }
}
