public import ArgumentParser
import Server
import Spool
import SystemPackage
public import Time

/// `signals-producer verify`: compares the database with the expected readings.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify that every reading is stored exactly once.",
    discussion: """
      Compares the stored readings, by machine and type, with the expected ones: the stream of \
      the machines, simulated again from the plans in the spool, or the batches that are still in \
      the spool. Batches that are waiting in the spool are not expected yet. It can run beside the \
      producer.

      The exit status is 0 only if no reading is missing, duplicate, different or unexpected and, \
      against the spool, no batch of the period is absent or damaged.
      """)

  @Option(
    help: "The start of the period, RFC 3339. (default: the oldest plan in the spool)")
  var from: Timestamp?

  @Option(
    help: "The end of the period, exclusive, RFC 3339. (default: the last stored batch)")
  var to: Timestamp?

  @Option(help: "The source of expected readings: simulation or spool.")
  var against = Verification.Reference.simulation

  @Flag(help: "List all machines and types, even with more than 10 machines.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let from, let to, from >= to { throw ValidationError("--from must be before --to") }
  }

  func run() throws {
    let settings = try ProducerCommand.loadSettings()
    try ProducerCommand.orExit {
      let configuration = try ProducerConfiguration(settings)
      let spool = try SpoolReader(directory: configuration.spoolDirectory)
      let verification = try Verification(spool, configuration.database)
      var bar = ProgressBar("Verifying")
      defer { bar.clear() }
      let outcome = try verification.run(against: against, from: from, to: to) { part, readings in
        bar.show(part, "\(readings) readings")
      }
      bar.clear()
      let report = VerificationReport(outcome: outcome)
      print(json ? report.json() : report.text(listingAll: all))
      if !report.holds { throw ExitCode.failure }
    }
  }
}

extension Verification.Reference: ExpressibleByArgument {}

extension Timestamp: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
