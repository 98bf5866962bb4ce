import ArgumentParser

/// `signals-cli types`
struct Types: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "types", abstract: "List the signal types with their units.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: false))
    let answer = try api.types()
    switch output.format {
    case .json:
      try StandardOutput.write(try answer.json())
    case .table:
      let types = try answer.content()
      guard !types.isEmpty else {
        StandardError.write(Failure.line("the server knows no signal types yet"))
        return
      }
      try StandardOutput.write(Table(types: types).text(for: .standardOutput))
    }
  }
}
