import ArgumentParser

/// `signals-cli producer …`
struct Producer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "producer", abstract: "Look at the producer and drive it.",
    discussion: "Needs the control endpoint's token: --token-file or SIGNALS_TOKEN.",
    subcommands: [
      ProducerStatus.self, ProducerStart.self, ProducerStop.self, ProducerSet.self,
      ProducerFault.self, ProducerScenario.self,
    ])
}

/// `signals-cli producer start`
struct ProducerStart: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Let the machines run.",
    usage: "signals-cli producer start [<options>]")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: true))
    try output.showChange(with: &api) { api throws(Failure) in try api.startProducer() }
  }
}

/// `signals-cli producer stop`
struct ProducerStop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Let the machines pause.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: true))
    try output.showChange(with: &api, confirming: confirmation, { Question(stopping: $0) }) {
      api throws(Failure) in try api.stopProducer()
    }
  }
}
