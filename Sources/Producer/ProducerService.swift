import EventLoop
import FastCGI
import Glibc
import Logging
import Postgres
import Service
import Signals
import Simulation

/// The running program: machines into the backlog, the backlog into the database, and an endpoint to
/// steer them by.
struct ProducerService {
  /// How long the readings in memory may take to be written when the program is to end.
  private static let farewell = Duration.seconds(4)

  private let configuration: Configuration
  private let logger = Logger(label: "producer")

  init(_ configuration: Configuration) { self.configuration = configuration }

  /// Simulates and writes until a signal comes, then stops the machines and writes what is left.
  ///
  /// - Throws: ``Unwritten`` when readings remain that could not be written in time.
  func run(until signals: borrowing SignalSource) throws {
    DescriptorLimit.raise()
    let plan = SharedPlan(configuration.plan)
    let backlog = try Backlog(capacity: configuration.backlogCapacity)
    let shipper = try Shipper(backlog, into: configuration.database)
    let simulator = try Simulator(plan, into: backlog, batch: configuration.batch)
    let control = try ControlEndpoint(
      path: configuration.socketPath, token: configuration.controlToken,
      plant: Plant(plan: plan, simulator: simulator, shipper: shipper, backlog: backlog))
    logger.info(
      "simulating \(configuration.plan.machines) machine(s)",
      metadata: [
        "seed": "\(configuration.plan.seed)", "control": "\(configuration.socketPath)",
        "database": "\(configuration.database.displayName)",
      ])
    if configuration.controlToken == nil {
      logger.notice("the control endpoint refuses every call until CONTROL_TOKEN is set")
    }

    // Or the shipper has met what it cannot get over.
    _ = try signals.next(or: shipper.ending.descriptor)
    logger.info("stopping: the machines stop, what is in memory is written")
    simulator.stop()
    shipper.finish(within: ProducerService.farewell)
    control.stop()
    let status = shipper.status
    if let refusal = status.refusal { throw refusal }
    let left = backlog.size.readings
    guard left == 0 else { throw Unwritten(readings: left) }
    logger.info("stopped", metadata: ["readings_written": "\(status.readingsWritten)"])
  }
}

/// Readings that were still in memory when the program had to end.
struct Unwritten: Error, CustomStringConvertible {
  let readings: Int

  var description: String {
    "\(readings) readings could not be written, because the database did not take them in time"
  }
}
