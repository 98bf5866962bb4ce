import ArgumentParser
import SignalsAPI

/// `signals-cli producer …`
struct Producer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "producer", abstract: "Show and control the producer.",
    discussion: "Requires a token: --token-file, SIGNALS_TOKEN_FILE or SIGNALS_TOKEN.",
    subcommands: [
      ProducerStatus.self, ProducerStart.self, ProducerStop.self, ProducerSet.self,
      ProducerFault.self, ProducerScenario.self,
    ])
}

/// `signals-cli producer start`
struct ProducerStart: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start the machines.",
    usage: "signals-cli producer start [<options>]")

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    var api = try SignalsClient(connection.configuration(needsToken: true))
    try output.showChange(with: &api) { api throws(Failure) in try api.startProducer() }
  }
}

/// `signals-cli producer stop`
struct ProducerStop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop the machines.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions
  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    var api = try SignalsClient(connection.configuration(needsToken: true))
    try output.showChange(with: &api, confirming: confirmation, { Confirmation(stopping: $0) }) {
      api throws(Failure) in try api.stopProducer()
    }
  }
}
