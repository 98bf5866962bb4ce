import ArgumentParser
import Curl
import SignalsAPI
import Time

/// `signals-cli health`
struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Show the health of the service and the timing of the request.",
    usage: "signals-cli health [<options>]",
    discussion: """
      Exits with status 1 if the service is unhealthy; the report is shown either way. See \
      'signals-cli doctor' to find the cause, and 'signals-cli check' for monitoring.
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    var configuration = try connection.configuration(needsToken: false)
    configuration.readsCertificate = true
    var api = try SignalsClient(configuration)
    let answer = try api.health()
    switch output.format {
    case .json: try StandardOutput.write(try answer.json())
    case .table:
      let target = OutputTarget.standardOutput
      let tables = Table.health(
        try answer.content(), certificate: answer.response.certificateExpiry, now: .now,
        timings: answer.response.timings, for: target)
      try StandardOutput.write(tables.map { $0.text(for: target) }.joined(separator: "\n"))
    }
    guard answer.isGood else { throw Failure(unhealthy: answer) }
  }
}
