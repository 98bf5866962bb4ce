import ArgumentParser

/// `signals-cli producer fault`
struct ProducerFault: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fault", abstract: "Make a machine report an error.")

  @Option(help: .init("Which machine: machine-1.", valueName: "name"), completion: .machines)
  var machine: String

  @Option(help: .init("The error's code, 1 to 100.", valueName: "n"))
  var code: Int

  @Option(help: .init("How long the machine stands still after it.", valueName: "s"))
  var stopSeconds: Double?

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard stopSeconds?.isFinite ?? true else {
      throw ValidationError("'--stop-seconds' takes a finite number.")
    }
  }

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: true))
    let answer = try api.injectFault(
      FaultOrder(machine: machine, code: code, stopSeconds: stopSeconds))
    try output.show(answer) { [Table(fault: $0, times: .local)] }
  }
}
