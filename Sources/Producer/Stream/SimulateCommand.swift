import ArgumentParser
import EventLoop
import Glibc
import Server
import Signals
import Simulation
import SystemPackage
import Time

/// `signals-producer simulate`: prints the readings of a period.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Print the readings of a period, without a database.",
    discussion: """
      Prints what a running producer with the same seed, machines, rate and scenario stores in \
      that period, as fast as possible: one reading per line, ordered by time, machine and type. \
      No settings are read.

        signals-producer simulate --machines 4 \\
          --from 2026-11-24T10:00:00Z --to 2026-11-24T11:00:00Z > hour.csv
      """)

  @Option(help: .init("The random seed; the same seed gives the same readings.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    help: .init(
      "The number of machines, \(Plan.machineCounts.lowerBound) to \(Plan.machineCounts.upperBound).",
      valueName: "n"))
  var machines = 1

  @Option(help: .init("The start, RFC 3339, such as 2026-11-24T10:00:00Z.", valueName: "time"))
  var from: Timestamp

  @Option(help: .init("The end, exclusive, RFC 3339.", valueName: "time"))
  var to: Timestamp

  @Option(
    help: .init(
      "A scenario file; its relative times count from --from.", valueName: "file"))
  var scenario: String?

  @Option(help: .init("Power readings per second and machine, 1 to 1000.", valueName: "n"))
  var powerHz = 100

  @Option(help: "csv, with a header line, or ndjson, one JSON object per line.")
  var format = ReadingTextEncoder.Format.csv

  func validate() throws {
    guard Plan.machineCounts.contains(machines) else {
      throw ValidationError(
        """
        '--machines' must be an integer from \(Plan.machineCounts.lowerBound) to \
        \(Plan.machineCounts.upperBound) (got \(machines)).
        """)
    }
    guard from < to else { throw ValidationError("'--from' must be before '--to'.") }
    do {
      let rates = try rates()
      guard Plan(machines: machines, seed: seed, rates: rates).isWithinLimits else {
        throw ValidationError(
          "\(machines) machines at \(powerHz) Hz are too many (\(Plan.limitsDescription)).")
      }
    } catch let error as InvalidRate {
      throw ValidationError("'--power-hz': \(error.description).")
    }
  }

  private func rates() throws(InvalidRate) -> Rates {
    try Rates.standard.changed(powerHertz: powerHz)
  }

  func run() throws {
    try ProducerCommand.orExit {
      var plan = Plan(machines: machines, seed: seed, rates: try rates())
      if let scenario {
        try ScenarioFile(setting: "--scenario", path: scenario).apply(to: &plan)
      }
      try write(plan.begun(at: from))
    }
  }

  private func write(_ plan: Plan) throws {
    let lines = ReadingTextEncoder(format, machines: plan.machines)
    var ordered = OrderedReadings(plan, from: from, to: to)
    var readings: [Reading] = []
    let output = BulkOutput()
    guard try output.write(lines.heading) else { return }
    while ordered.next(&readings) {
      guard try output.write(lines.text(readings)) else { return }
    }
  }
}

extension ReadingTextEncoder.Format: ExpressibleByArgument {}
