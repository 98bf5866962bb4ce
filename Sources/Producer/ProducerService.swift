import EventLoop
import FastCGI
import Glibc
import Logging
import Postgres
import Service
import Signals
import Simulation
import Spool

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
  func run(until signals: borrowing SignalSource) throws {
    DescriptorLimit.raise()
    let spool = try Spool(
      directory: configuration.spoolDirectory, limits: configuration.spoolLimits)
    defer { spool.close() }
    let grid = BatchGrid(configuration.batch)
    let timeline = try SharedTimeline(
      spool, configured: configuration.plan, grid: grid, now: .now,
      longest: configuration.longestCatchUp)
    let arrival = try Wakeup()
    let ending = try Wakeup()
    let simulator = try Simulator(
      timeline, grid: grid, into: spool, arrival: arrival, ending: ending)
    let shipper = try Shipper(
      spool, into: configuration.database, arrival: arrival, ending: ending,
      makeRoom: { if simulator.blockedReason != nil { simulator.heed() } })
    let control = try ControlEndpoint(
      path: configuration.socketPath, token: configuration.controlToken,
      plant: Plant(timeline: timeline, simulator: simulator, shipper: shipper, spool: spool))
    let plan = timeline.current
    logger.info(
      plan.isRunning ? "simulating \(plan.machines) machine(s)" : "the machines are stopped",
      metadata: [
        "seed": "\(plan.seed)", "from": "\(timeline.beginning)", "producer": "\(spool.identity)",
        "control": "\(configuration.socketPath)",
        "database": "\(configuration.database.displayName)",
        "spool": "\(configuration.spoolDirectory)",
        "waiting": "\(spool.status.waiting.readings)",
      ])
    if configuration.controlToken == nil {
      logger.notice("the control endpoint refuses every call until CONTROL_TOKEN is set")
    }

    // Or one of the threads has met what it cannot get over.
    _ = try signals.next(or: ending.descriptor)
    logger.info("stopping: the machines stop, what is in the spool is sent")
    simulator.stop()
    shipper.finish(within: ProducerService.farewell)
    control.stop()
    let status = shipper.status
    if let failure = simulator.failure { throw failure }
    if let failure = status.failure { throw failure }
    let left = spool.status.waiting.readings
    if left > 0 {
      logger.notice("\(left) readings stay in the spool; the next start sends them")
    }
    logger.info("stopped", metadata: ["readings_written": "\(status.readingsWritten)"])
  }
}
