import ArgumentParser

/// `signals-cli producer set`
struct ProducerSet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change how many machines there are and what they do.")

  @Option(help: .init("How many machines.", valueName: "n"))
  var machines: Int?

  @Option(help: .init("The same seed gives the same readings.", valueName: "n"))
  var seed: UInt64?

  @Option(help: .init("Power readings a second of each machine.", valueName: "n"))
  var powerHz: Double?

  @Option(help: .init("Seconds from one change of state to the next: 1-5.", valueName: "min-max"))
  var stateChangeSeconds: SecondsRange?

  @Option(help: .init("Seconds from one error to the next: 10-30.", valueName: "min-max"))
  var errorSeconds: SecondsRange?

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  func validate() throws {
    guard !change.asked.isEmpty else {
      throw ValidationError(
        "Nothing to set: give --machines, --seed, --power-hz, --state-change-seconds or "
          + "--error-seconds.")
    }
    guard powerHz?.isFinite ?? true else {
      throw ValidationError("'--power-hz' takes a finite number.")
    }
  }

  func run() throws {
    var api = try SignalsAPI(connection.configuration(needsToken: true))
    try output.showChange(
      with: &api, including: change.asked, confirming: confirmation,
      { Question(changing: $0, by: change) }
    ) { api throws(Failure) in try api.changeProducer(change) }
  }

  private var change: ProducerChange {
    ProducerChange(
      machines: machines, seed: seed,
      rates: .init(
        powerHz: powerHz, stateChangeSeconds: stateChangeSeconds, errorSeconds: errorSeconds))
  }
}
