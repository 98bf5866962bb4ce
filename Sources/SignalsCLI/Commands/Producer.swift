import ArgumentParser

/// `signals-cli producer …`
struct Producer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "producer", abstract: "Look at the producer and drive it.",
    discussion: "Needs the control endpoint's token: --token-file or SIGNALS_TOKEN.",
    subcommands: [
      ProducerStatus.self, ProducerStart.self, ProducerStop.self, ProducerSet.self,
      ProducerFault.self,
    ])
}

/// `signals-cli producer status`
struct ProducerStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what the producer is doing.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: true))
    try output.show(try api.producer()) { [Table(producer: $0, times: .local)] }
  }
}

/// `signals-cli producer start`
struct ProducerStart: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Let the machines run.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: true))
    try output.showChange(with: &api, including: []) { api throws(Failure) in
      try api.startProducer()
    }
  }
}

/// `signals-cli producer stop`
struct ProducerStop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Let the machines pause.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: true))
    try output.showChange(with: &api, including: []) { api throws(Failure) in
      try api.stopProducer()
    }
  }
}
