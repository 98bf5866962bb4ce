import ArgumentParser

/// `signals-cli health`
struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Say whether the service and its database work.",
    discussion: "The exit status is 1 when they do not; what the server reports is shown anyway.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: false))
    let answer = try api.health()
    switch output.format {
    case .json:
      try StandardOutput.write(try answer.json())
    case .table:
      let tables = Table.health(try answer.content())
      try StandardOutput.write(
        tables.map { $0.text(for: .standardOutput) }.joined(separator: "\n"))
    }
    guard answer.isGood else { throw Failure(unhealthy: answer) }
  }
}
