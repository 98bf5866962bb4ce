import ArgumentParser
import Curl
import Signals

/// `signals-cli health`
struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Say what works, how old the newest reading is, and where the time went.",
    usage: "signals-cli health [<options>]",
    discussion: """
      The exit status is 1 when something does not work; what the server reports is shown anyway. \
      'signals-cli doctor' looks for the reason, 'signals-cli check' is for monitoring.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var configuration = try connection.configuration(needsToken: false)
    configuration.readsCertificate = true
    var api = try SignalsAPI(configuration)
    let answer = try api.health()
    switch output.format {
    case .json: try StandardOutput.write(try answer.json())
    case .table:
      let medium = Medium.standardOutput
      let tables = Table.health(
        try answer.content(), certificate: answer.response.certificateExpiry, now: .now,
        timings: answer.response.timings, for: medium)
      try StandardOutput.write(tables.map { $0.text(for: medium) }.joined(separator: "\n"))
    }
    guard answer.isGood else { throw Failure(unhealthy: answer) }
  }
}
