import ArgumentParser

/// `signals-cli types`
struct Types: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "types", abstract: "List signal types and their units.",
    usage: "signals-cli types [<options>]")

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    var api = try SignalsClient(connection.configuration(needsToken: false))
    try output.show(try api.types()) { types in
      guard !types.isEmpty else {
        StandardError.remark("no signal types yet")
        return []
      }
      return [Table(types: types)]
    }
  }
}
