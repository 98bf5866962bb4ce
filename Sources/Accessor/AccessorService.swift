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
  /// - Parameters:
  ///   - manager: Who may have made the socket, and is told when it is served.
  ///   - isTakingOver: Takes the socket from the process that serves it.
  func run(
    until signals: borrowing SignalSource, under manager: ServiceManager, logging log: LogOutput,
    takingOver isTakingOver: Bool
  ) throws {
    DescriptorLimit.raise()
    let access = try AccessControl.start(configuration.access)
    let listener = try manager.listener(
      orAt: configuration.socketPath, setting: "ACCESSOR_SOCKET", isTakingOver: isTakingOver)
    let hasEnded = try Wakeup()
    let metrics = (0..<configuration.lanes).map { _ in LaneMetrics() }
    let watch = try PrimaryWatch(configuration.database)
    let allMetrics = AccessorMetrics(metrics, watch)
    let reachability = Reachability()
    let lanes = try metrics.enumerated().map { number, metrics in
      try LaneThread(
        number: number, listener: listener, configuration: configuration, access: access,
        watch: watch, metrics: metrics, allMetrics: allMetrics, reachability: reachability,
        hasEnded: hasEnded)
    }
    let mainLoop = MainLoop("accessor", listener, access, log)
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
    let end: Result<MainLoop.End, any Error>
    do {
      end = .success(try mainLoop.run(until: signals))
    } catch {
      logger.critical("\(error)")
      end = .failure(error)
    }
    watchdog.stop()
    manager.notify(.stopping)
    if let heard = signalsBeforeLingering(end, listener) {
      logger.info("stopping: another process has taken over; serving what nginx keeps open")
      for lane in lanes { lane.end(.lingering) }
      try linger(lanes, listener, signals, after: heard, hasEnded)
    }
    logger.info("stopping: finishing what was accepted")
    listener.removePath()
    for lane in lanes { lane.end(.prompt) }
    for lane in lanes { lane.join() }
    watch.stop()
    access.stop()
    _ = try end.get()
    logger.info("stopped")
  }

  /// How many times SIGTERM came before the connections that are kept are served to their end; nil when
  /// they are not, because nobody else gets the new ones.
  private func signalsBeforeLingering(_ end: Result<MainLoop.End, any Error>, _ listener: Listener)
    -> Int?
  {
    switch end {
    // A supervisor that has started the successor asks for the end that has begun already.
    case .success(.replaced): 0
    case .success(.signal(SIGTERM)) where listener.isReplaced || listener.isInherited: 1
    default: nil
    }
  }

  /// Waits until nginx has closed its connections, or SIGTERM comes a second time.
  ///
  /// A socket that was inherited tells nothing of a successor, who may come only once we have gone, as
  /// with `systemctl restart`. So it is left as soon as nobody takes the connections that come.
  private func linger(
    _ lanes: [LaneThread], _ listener: Listener, _ signals: borrowing SignalSource,
    after heard: Int, _ hasEnded: Wakeup
  ) throws {
    var heard = heard
    var unattendedSince: ContinuousClock.Instant?
    while !lanes.allSatisfy(\.hasEnded) {
      let tick = ContinuousClock.now + .milliseconds(20)
      switch try signals.next(or: hasEnded.descriptor, until: tick) {
      case SIGTERM:
        heard += 1
        if heard > 1 { return }
      case SIGINT: return
      default: break
      }
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
