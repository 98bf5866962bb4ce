import ArgumentParser
import Signals

/// `signals-cli check value TYPE`
struct CheckValue: Probe {
  static let configuration = CommandConfiguration(
    commandName: "value", abstract: "What the newest reading of each machine says.",
    discussion: "The machine that is worst off speaks for all; --machine asks for one alone.")

  @OptionGroup var readings: ReadingOptions
  @OptionGroup var limits: CheckLimits

  @Option(
    help: .init(
      "Beyond this age a reading says nothing any more.", valueName: "seconds"))
  var maxAge: Int = 60

  @OptionGroup var options: CheckOptions

  var subject: [(name: String, value: String)] { readings.subject }

  func validate() throws {
    guard maxAge > 0 else {
      throw ValidationError("'--max-age' takes a number of seconds above 0.")
    }
  }

  func report(_ api: inout SignalsAPI) throws(Failure) -> ProbeReport {
    try limits.require()
    return ProbeReport(
      values: try ReadingProbe(&api, readings, limit: 1000), of: readings.name,
      noOlderThan: Double(maxAge), limits: (limits.warning, limits.critical))
  }
}
