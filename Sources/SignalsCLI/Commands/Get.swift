import ArgumentParser
import SignalsAPI

/// `signals-cli get TYPE`
struct Get: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", _superCommandName: "signals-cli",
    abstract: "Show the newest readings of a signal type, newest first.")

  @OptionGroup var readings: ReadingOptions

  // Unconditional: the server rejects a negative number, and says why.
  @Option(
    name: .long, parsing: .unconditional,
    help: .init("Maximum number of readings, 1 to 1000. (default: 10)", valueName: "n"))
  var limit: Int?

  @OptionGroup var output: ReadingOutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws { try order().run() }

  func order() throws(Failure) -> GetInvocation {
    GetInvocation(
      type: readings.type, machine: readings.machine, limit: limit, output: try output.output(),
      server: connection.given, isVerbose: connection.verbose)
  }
}
