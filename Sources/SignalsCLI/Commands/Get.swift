import ArgumentParser

/// `signals-cli get TYPE`
struct Get: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show the newest readings of one type, newest first.")

  @Argument(help: "A signal type; 'signals-cli types' lists them.")
  var type: String

  // Unconditional: a negative number is the server's to refuse, with its reason.
  @Option(
    name: .long, parsing: .unconditional,
    help: .init("How many at most, 1 to 1000; the server's default is 10.", valueName: "n"))
  var limit: Int?

  @Option(help: .init("Of this machine alone.", valueName: "name"))
  var machine: String?

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    // As parts of a URL's path these would mean another resource.
    guard !["", ".", ".."].contains(type) else {
      throw ValidationError("'\(type)' is no signal type.")
    }
  }

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: false))
    let answer = try api.readings(ofType: type, limit: limit, machine: machine)
    try output.show(answer) { readings in
      guard !readings.isEmpty else {
        let source = machine.map { " from '\($0)'" } ?? ""
        StandardError.write(Failure.line("no readings of \(type)\(source) yet"))
        return []
      }
      return [Table(readings: readings, unit: api.unit(ofType: type), times: .local)]
    }
  }
}
