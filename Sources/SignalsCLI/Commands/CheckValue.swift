import ArgumentParser
import Signals
import SignalsAPI

/// `signals-cli check value TYPE`
struct CheckValue: Probe {
  static let configuration = CommandConfiguration(
    commandName: "value", abstract: "Check the newest value of each machine.",
    discussion: "Reports the machine with the worst status.")

  @OptionGroup var readings: ReadingOptions
  @OptionGroup var limits: CheckLimits

  @Option(
    help: .init(
      "Ignore older readings; CRITICAL if there are no others.", valueName: "seconds"))
  var maxAge: Int = 60

  @OptionGroup var options: CheckOptions

  var subject: [(name: String, value: String)] { readings.subject }

  func validate() throws {
    guard maxAge > 0 else {
      throw ValidationError("'--max-age' must be a positive number of seconds.")
    }
  }

  func report(_ api: inout SignalsClient) throws(Failure) -> ProbeReport {
    try limits.require()
    return ProbeReport(
      values: try ReadingProbe(&api, readings, limit: 1000), of: readings.name,
      noOlderThan: Double(maxAge), limits: (limits.warning, limits.critical))
  }
}
