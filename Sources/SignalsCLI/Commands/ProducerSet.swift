import ArgumentParser
import SignalsAPI

/// `signals-cli producer set`
struct ProducerSet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change the number of machines, the seed and the rates.")

  @Option(help: .init("Number of machines.", valueName: "n"))
  var machines: Int?

  @Option(help: .init("Simulation seed; equal seeds produce equal readings.", valueName: "n"))
  var seed: UInt64?

  @Option(help: .init("Power readings per second and machine.", valueName: "n"))
  var powerHz: Int?

  @Option(help: .init("Seconds between state changes, such as 1-5.", valueName: "min-max"))
  var stateChangeSeconds: API.SecondsRange?

  @Option(help: .init("Seconds between errors, such as 10-30.", valueName: "min-max"))
  var errorSeconds: API.SecondsRange?

  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard !change.asked.isEmpty else {
      throw ValidationError(
        "Nothing to set: specify --machines, --seed, --power-hz, --state-change-seconds or "
          + "--error-seconds.")
    }
  }

  func run() throws {
    var api = try SignalsClient(connection.configuration(needsToken: true))
    try output.showChange(
      with: &api, including: change.asked, confirming: confirmation,
      { Confirmation(changing: $0, by: change) }
    ) { api throws(Failure) in try api.changeProducer(change) }
  }

  private var change: API.ProducerChange {
    API.ProducerChange(
      machines: machines, seed: seed,
      rates: .init(
        powerHz: powerHz, stateChangeSeconds: stateChangeSeconds, errorSeconds: errorSeconds))
  }
}
