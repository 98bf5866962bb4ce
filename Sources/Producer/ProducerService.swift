import Access
import EventLoop
import FastCGI
import Glibc
import Logging
import Postgres
import Server
import SignalStore
import Simulation
import Spool
import Synchronization
import Time

/// The running program: the simulator fills the spool, the shipper empties it into the database, and the
/// control endpoint steers both.
struct ProducerService {
  /// How long storing the spooled readings may take on shutdown.
  private static let shutdownTimeout = Duration.seconds(4)

  private let configuration: ProducerConfiguration
  private let logger = Logger(label: "producer")

  init(_ configuration: ProducerConfiguration) { self.configuration = configuration }

  /// Runs until a signal arrives, then stops the simulation and stores what is left.
  ///
  /// - Throws: Permanent failures: ``SpoolError``, ``MigrationError``.
  func run(
    until signals: borrowing SignalSource, under manager: ServiceManager, logging log: LogOutput
  ) throws {
    DescriptorLimit.raise()
    let access = try AccessControl.start(configuration.access)
    let spool = try Spool(
      directory: configuration.spoolDirectory, limits: configuration.spoolLimits)
    defer { spool.close() }
    // Before any thread starts, so that an error of the socket is the only message.
    let listener = try manager.listener(
      orAt: configuration.socketPath, setting: "PRODUCER_SOCKET")
    let grid = BatchGrid(configuration.batch)
    let timeline = try SharedTimeline(
      spool, configured: configuration.plan, grid: grid, now: .now,
      longest: configuration.longestCatchUp)
    let arrival = try Wakeup()
    let ending = try Wakeup()
    let simulator = try Simulator(
      timeline, grid: grid, into: spool, arrival: arrival, ending: ending)
    var database = configuration.database
    database.mustWrite = true
    let shipper = try Shipper(
      spool, into: database, arrival: arrival, ending: ending,
      makeRoom: { if simulator.blockedReason != nil { simulator.wake() } })
    let controller = ProducerController(
      timeline: timeline, simulator: simulator, shipper: shipper, spool: spool)
    let metrics = LaneGroupMetrics(prefix: "signals_producer")
    var options = LaneOptions(promptDrain: .milliseconds(200), isAudited: true)
    if configuration.access.deniesAll {
      options.denialDetail = """
        no credentials are configured, so every call is refused; set CONTROL_TOKEN in the producer's \
        environment and restart it
        """
    }
    let control = try LaneGroup(
      options, .producer(controller, metrics), listener: listener, access: access,
      metrics: metrics)
    let plan = timeline.current
    logger.info(
      plan.isRunning ? "simulating \(plan.machines) machine(s)" : "the machines are stopped",
      metadata: [
        "seed": "\(plan.seed)", "from": "\(timeline.beginning)", "producer": "\(spool.identity)",
        "control": "\(listener.path)",
        "database": "\(configuration.database.displayName)",
        "spool": "\(configuration.spoolDirectory)",
        "waiting": "\(spool.status.waiting.readings)",
      ])
    if configuration.access.deniesAll {
      logger.notice(
        "the control endpoint refuses all calls until CONTROL_TOKEN, TOKEN_KEYS or CLIENT_SCOPES is set"
      )
    }

    manager.notify(.ready)
    let watchdog = try Watchdog(
      manager,
      [.simulator(simulator), .shipper(shipper, arrival), .access(access)] + control.watchdogParts,
      status: { ProducerService.summary(controller) })

    // `ending` is signalled when a thread fails permanently.
    let end = Result {
      try MainLoop("producer", listener, access, log).run(until: signals, or: ending.descriptor)
    }
    if case .failure(let error) = end { logger.critical("\(error)") }
    watchdog.stop()
    manager.notify(.stopping)
    logger.info("stopping: storing what is in the spool")
    simulator.stop()
    shipper.finish(within: ProducerService.shutdownTimeout)
    control.stop()
    access.stop()
    let status = shipper.status
    if let failure = simulator.failure { throw failure }
    if let failure = status.failure { throw failure }
    _ = try end.get()
    let left = spool.status.waiting.readings
    if left > 0 {
      logger.notice("\(left) readings left in the spool; the next start will store them")
    }
    logger.info("stopped", metadata: ["readings_written": "\(status.readingsWritten)"])
  }

  /// A one-line status for humans.
  private static func summary(_ controller: ProducerController) -> String {
    let status = controller.shipper.status
    let database =
      status.isConnected
      ? "connected to the database" : status.lastError ?? "the database does not answer"
    let lead = controller.lead
    let time = lead > 0 ? "; simulated time is \(lead / 1_000_000) s ahead of the clock" : ""
    return "\(controller.state.rawValue); \(database)\(time)"
  }
}

extension Watchdog.Part {
  /// Runs once a second at least; a commit to disk may take a while.
  fileprivate static func simulator(_ simulator: Simulator) -> Watchdog.Part {
    Watchdog.Part("simulation", allowance: .seconds(30)) {
      simulator.heartbeat.load(ordering: .relaxed)
    }
  }

  /// Its waits for the database are bounded, a migration's being the longest.
  fileprivate static func shipper(_ shipper: Shipper, _ arrival: Wakeup) -> Watchdog.Part {
    Watchdog.Part("shipper", allowance: Migrator.timeouts.timeout + .seconds(60)) {
      // With nothing to send it sleeps until woken.
      arrival.signal()
      return shipper.heartbeat.load(ordering: .relaxed)
    }
  }
}
