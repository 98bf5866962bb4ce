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
    try output.show(answer) { Table.health($0) }
    guard answer.isGood else { throw Failure(unhealthy: answer) }
  }
}
