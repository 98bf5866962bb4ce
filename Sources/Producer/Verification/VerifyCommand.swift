public import ArgumentParser
import Server
public import Signals
import Spool
import SystemPackage

/// `signals-producer verify`: whether the database has what it should.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that the database has every reading, once.",
    discussion: """
      Compares, machine by machine and type by type, the readings in the database with those that \
      should be there: the stream of the machines, simulated once more by the plans that the spool \
      has noted, or the batches that the spool still keeps. What waits in the spool is not expected \
      yet. It may run beside the producer.

      The exit status is 0 only when nothing is missing, twice, different or unexpected, and, \
      against the spool, when it has every batch of that time whole.
      """)

  @Option(
    help: "The first moment to check, RFC 3339. (default: as far back as the spool's plans go)")
  var from: Timestamp?

  @Option(
    help: "The moment to check up to, RFC 3339, itself left out. (default: all that is stored)")
  var to: Timestamp?

  @Option(help: "What to compare with: simulation or spool.")
  var against = Verification.Standard.simulation

  @Flag(help: "List every machine and type, even with more than 10 machines.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let from, let to, from >= to { throw ValidationError("--from must be before --to") }
  }

  func run() throws {
    let settings = try ProducerCommand.loadSettings()
    try ProducerCommand.orExit {
      let configuration = try Configuration(settings)
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

extension Verification.Standard: ExpressibleByArgument {}

extension Timestamp: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
