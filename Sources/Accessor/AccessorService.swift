import Access
import EventLoop
import FastCGI
import Glibc
import Logging
import Postgres
import Server
import SignalsAPI

/// The running program: a listener, and lanes that serve the endpoint table.
struct AccessorService {
  private let configuration: AccessorConfiguration
  private let logger = Logger(label: "accessor")

  init(_ configuration: AccessorConfiguration) { self.configuration = configuration }

  private func table(_ metrics: LaneGroupMetrics) -> EndpointTable {
    let age = NewestAge()
    return EndpointTable(
      [
        ListReadings(), ListTypes(), ListMachines(silentAfter: configuration.silentAfter),
        GetHealth(age: age), GetLiveness(), GetReadiness(),
        GetMetrics(metrics: metrics, age: age), GetOpenAPI(),
      ], among: API.endpoints)
  }

  /// Serves until a signal arrives, then finishes accepted requests.
  ///
  /// When a successor receives the new connections, existing ones are served until nginx closes them or a
  /// second signal arrives.
  ///
  /// - Parameters:
  ///   - manager: May pass a socket, and is notified of the state.
  ///   - isTakingOver: Whether to take over the socket from the process that serves it.
  func run(
    until signals: borrowing SignalSource, under manager: ServiceManager, logging log: LogOutput,
    takingOver isTakingOver: Bool
  ) throws {
    DescriptorLimit.raise()
    let access = try AccessControl.start(configuration.access)
    let listener = try manager.listener(
      orAt: configuration.socketPath, setting: "ACCESSOR_SOCKET", isTakingOver: isTakingOver)
    let watch = try PrimaryWatch(configuration.database)
    let metrics = LaneGroupMetrics(prefix: "signals_accessor", watch: watch)
    let lanes = try LaneGroup(
      LaneOptions(
        lanes: configuration.lanes, database: watch, workloads: Workloads.all(configuration),
        maxWaiting: configuration.maxWaiting, slowRequest: configuration.slowRequest),
      table(metrics), listener: listener, access: access, metrics: metrics)
    let mainLoop = MainLoop("accessor", listener, access, log)
    logger.info(
      "serving at \(listener.path)",
      metadata: [
        "lanes": "\(configuration.lanes)",
        "connections": "\(configuration.lanes * configuration.connectionsPerLane)",
        "database": "\(configuration.database.displayName)",
      ])
    manager.notify(.ready)
    let watchdog = try Watchdog(manager, lanes.watchdogParts + [.access(access)]) {
      metrics.summary
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
      logger.info("stopping: another process took over; serving open connections")
      try lanes.linger(orUntil: signals, after: heard)
    }
    logger.info("stopping: finishing accepted requests")
    lanes.stop()
    watch.stop()
    access.stop()
    _ = try end.get()
    logger.info("stopped")
  }

  /// The number of SIGTERM received before lingering; nil without a successor, in which case there is no
  /// lingering.
  private func signalsBeforeLingering(_ end: Result<MainLoop.End, any Error>, _ listener: Listener)
    -> Int?
  {
    switch end {
    // The supervisor may still send a SIGTERM, which must not end lingering.
    case .success(.replaced): 0
    case .success(.signal(SIGTERM)) where listener.isReplaced || listener.isInherited: 1
    default: nil
    }
  }
}
