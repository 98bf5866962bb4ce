import ArgumentParser

/// `signals-cli config`
struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show each setting and where it came from.",
    usage: "signals-cli config [<options>]",
    discussion: "Options win over the environment, and the environment over the current context.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let settings = try Settings(connection.given, environment: environmentVariable)
    switch output.format {
    case .json: try StandardOutput.write(json: SettingListing(settings))
    case .table: try StandardOutput.write(Table(settings: settings).text(for: .standardOutput))
    }
  }
}
