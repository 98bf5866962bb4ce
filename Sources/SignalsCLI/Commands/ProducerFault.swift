import ArgumentParser
import SignalsAPI

/// `signals-cli producer fault`
struct ProducerFault: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fault", abstract: "Inject an error into a machine.")

  @Option(help: .init("Machine name, such as machine-1.", valueName: "name"), completion: .machines)
  var machine: String

  @Option(help: .init("Error code, 1 to 100.", valueName: "n"))
  var code: Int

  @Option(help: .init("How long the machine stops after the error.", valueName: "s"))
  var stopSeconds: Double?

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard stopSeconds?.isFinite ?? true else {
      throw ValidationError("'--stop-seconds' must be a finite number.")
    }
  }

  func run() throws {
    var api = try SignalsClient(connection.configuration(needsToken: true))
    let answer = try api.injectFault(
      API.FaultRequest(machine: machine, code: code, stopSeconds: stopSeconds))
    try output.show(answer) { [Table(fault: $0, times: .local)] }
  }
}
