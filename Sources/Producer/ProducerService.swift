import Access
import EventLoop
import FastCGI
import Glibc
import Logging
import Postgres
import Server
import SignalStore
import Signals
import Simulation
import Spool
import Synchronization

/// The running program: machines into the spool, the spool into the database, and an endpoint to steer
/// them by.
struct ProducerService {
  /// How long the readings in the spool may take to be stored when the program is to end.
  private static let farewell = Duration.seconds(4)

  private let configuration: Configuration
  private let logger = Logger(label: "producer")

  init(_ configuration: Configuration) { self.configuration = configuration }

  /// Simulates and sends until a signal comes, then stops the machines and sends what is left.
  ///
  /// - Throws: What cannot be got over: ``SpoolError``, ``MigrationError``.
  func run(
    until signals: borrowing SignalSource, under manager: ServiceManager, logging log: LogOutput
  ) throws {
    DescriptorLimit.raise()
    let access = try AccessControl.start(configuration.access)
    let spool = try Spool(
      directory: configuration.spoolDirectory, limits: configuration.spoolLimits)
    defer { spool.close() }
    // Before any thread starts: what is wrong with the socket is then all that is said.
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
      makeRoom: { if simulator.blockedReason != nil { simulator.heed() } })
    let plant = Plant(timeline: timeline, simulator: simulator, shipper: shipper, spool: spool)
    let metrics = LaneGroupMetrics(prefix: "signals_producer")
    var options = LaneOptions(promptDrain: .milliseconds(200), isAudited: true)
    if configuration.access.admitsNobody {
      options.detailOfDenial = """
        the producer knows no token, so it refuses every call; set CONTROL_TOKEN in its environment \
        and start it again
        """
    }
    let control = try LaneGroup(
      options, .producer(plant), listener: listener, access: access,
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
    if configuration.access.admitsNobody {
      logger.notice(
        "the control endpoint refuses every call until CONTROL_TOKEN, TOKEN_KEYS or CLIENT_SCOPES is set"
      )
    }

    manager.notify(.ready)
    let watchdog = try Watchdog(
      manager,
      [.simulator(simulator), .shipper(shipper, arrival), .access(access)] + control.watchdogParts,
      status: { ProducerService.summary(plant) })

    // Or one of the threads has met what it cannot get over.
    let end = Result {
      try MainLoop("producer", listener, access, log).run(until: signals, or: ending.descriptor)
    }
    if case .failure(let error) = end { logger.critical("\(error)") }
    watchdog.stop()
    manager.notify(.stopping)
    logger.info("stopping: the machines stop, what is in the spool is sent")
    simulator.stop()
    shipper.finish(within: ProducerService.farewell)
    control.stop()
    access.stop()
    let status = shipper.status
    if let failure = simulator.failure { throw failure }
    if let failure = status.failure { throw failure }
    _ = try end.get()
    let left = spool.status.waiting.readings
    if left > 0 {
      logger.notice("\(left) readings stay in the spool; the next start sends them")
    }
    logger.info("stopped", metadata: ["readings_written": "\(status.readingsWritten)"])
  }

  /// How the service is, on a line for people.
  private static func summary(_ plant: Plant) -> String {
    let status = plant.shipper.status
    let database =
      status.isConnected
      ? "the database answers" : status.lastError ?? "the database does not answer"
    let lead = plant.lead
    let time = lead > 0 ? "; the machines' time is \(lead / 1_000_000) s ahead" : ""
    return "\(plant.state.rawValue); \(database)\(time)"
  }
}

extension Watchdog.Part {
  /// It turns once a second at least; one commit to a disk may take its time.
  fileprivate static func simulator(_ simulator: Simulator) -> Watchdog.Part {
    Watchdog.Part("simulation", allowance: .seconds(30)) {
      simulator.heartbeat.load(ordering: .relaxed)
    }
  }

  /// Each of its waits for the database is bounded, and none is as long as a migration's.
  fileprivate static func shipper(_ shipper: Shipper, _ arrival: Wakeup) -> Watchdog.Part {
    Watchdog.Part("shipper", allowance: Migrator.patience.timeout + .seconds(60)) {
      // With nothing to send it rests, until it is woken.
      arrival.signal()
      return shipper.heartbeat.load(ordering: .relaxed)
    }
  }
}
