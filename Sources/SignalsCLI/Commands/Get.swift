import ArgumentParser

/// `signals-cli get TYPE`
struct Get: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", _superCommandName: "signals-cli",
    abstract: "Show the newest readings of one type, newest first.")

  @OptionGroup var readings: ReadingOptions

  // Unconditional: a negative number is the server's to refuse, with its reason.
  @Option(
    name: .long, parsing: .unconditional,
    help: .init("How many at most, 1 to 1000; the server's default is 10.", valueName: "n"))
  var limit: Int?

  @OptionGroup var output: ReadingOutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws { try order().run() }

  func order() throws(Failure) -> GetOrder {
    GetOrder(
      type: readings.type, machine: readings.machine, limit: limit, output: try output.output(),
      server: connection.given, isVerbose: connection.verbose)
  }
}
