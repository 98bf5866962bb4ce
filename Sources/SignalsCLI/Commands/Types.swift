import ArgumentParser

/// `signals-cli types`
struct Types: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "types", abstract: "List the signal types with their units.",
    usage: "signals-cli types [<options>]")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: false))
    try output.show(try api.types()) { types in
      guard !types.isEmpty else {
        StandardError.remark("the server knows no signal types yet")
        return []
      }
      return [Table(types: types)]
    }
  }
}
