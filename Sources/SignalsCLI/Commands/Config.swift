import ArgumentParser

/// `signals-cli config`
struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show the effective settings and their sources.",
    usage: "signals-cli config [<options>]",
    discussion: """
      Options override the environment, and the environment overrides the current context.
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    let settings = try ClientSettings(connection.given, environment: environmentVariable)
    switch output.format {
    case .json: try StandardOutput.write(json: SettingListing(settings))
    case .table: try StandardOutput.write(Table(settings: settings).text(for: .standardOutput))
    }
  }
}
