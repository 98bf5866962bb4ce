import Access
import Postgres
import Server
import Simulation
import Spool

/// The configuration of `signals-producer`.
struct ProducerConfiguration: Sendable {
  /// The destination of readings.
  var database: ConnectionParameters
  /// The path of the control endpoint's FastCGI socket.
  var socketPath: String
  /// Access to the control endpoint.
  var access: AccessSettings
  /// The initial plan of the simulation.
  var plan: Plan
  /// The length of a batch.
  var batch: Duration
  /// Where batches wait for the database.
  var spoolDirectory: String
  var spoolLimits: Spool.Limits
  /// The longest absence that is caught up after a restart.
  var longestCatchUp: Duration

  /// - Parameter scenario: The path of a scenario, in place of the one in the settings.
  init(_ settings: Settings, scenario: String? = nil) throws(InvalidSetting) {
    database = try settings.database(applicationName: "signals-producer")
    socketPath = settings.path("PRODUCER_SOCKET", default: "producer.sock")
    access = try settings.accessSettings()
    let seed = try settings.value(
      "PRODUCER_SEED", default: UInt64(1), expected: "an integer from 0 to \(UInt64.max)"
    ) { UInt64($0) }
    let powerHertz = try settings.integer("PRODUCER_POWER_HZ", default: 100, in: 1...1000)
    let rates: Rates
    do {
      rates = try Rates.standard.changed(powerHertz: powerHertz)
    } catch {
      throw InvalidSetting("PRODUCER_POWER_HZ: \(error.description)")
    }
    plan = Plan(
      machines: try settings.integer("PRODUCER_MACHINES", default: 1, in: Plan.machineCounts),
      seed: seed, rates: rates)
    guard plan.isWithinLimits else {
      throw InvalidSetting(
        """
        PRODUCER_MACHINES: \(plan.machines) machines at \(powerHertz) Hz are too many \
        (\(Plan.limitsDescription))
        """)
    }
    if let scenario {
      try ScenarioFile(setting: "--scenario", path: scenario).apply(to: &plan)
    } else if let path = settings.text("PRODUCER_SCENARIO") {
      try ScenarioFile(setting: "PRODUCER_SCENARIO", path: path).apply(to: &plan)
    }
    batch = try settings.milliseconds("PRODUCER_BATCH_MS", default: 100, in: 10...100)
    spoolDirectory = settings.path("SPOOL_DIR", default: "spool")
    spoolLimits = Spool.Limits(
      bytes: try settings.integer("SPOOL_MAX_BYTES", default: 1 << 30, in: 1 << 20...1 << 50),
      keep: .seconds(try settings.integer("SPOOL_KEEP", default: 600, in: 0...604_800)))
    longestCatchUp = .seconds(
      try settings.integer("PRODUCER_CATCH_UP", default: 3600, in: 0...31_536_000))
  }
}
