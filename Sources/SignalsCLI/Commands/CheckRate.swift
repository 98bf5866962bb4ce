import ArgumentParser
import SignalsAPI

/// `signals-cli check rate TYPE`
struct CheckRate: Probe {
  static let configuration = CommandConfiguration(
    commandName: "rate", abstract: "Check the rate of readings.",
    discussion: "Readings per second over the newest 1000, of all machines or of --machine."
  )

  @OptionGroup var readings: ReadingOptions
  @OptionGroup var limits: CheckLimits
  @OptionGroup var options: CheckOptions

  var subject: [(name: String, value: String)] { readings.subject }

  func report(_ api: inout SignalsClient) throws(Failure) -> ProbeReport {
    try limits.require()
    return ProbeReport(
      rate: try ReadingProbe(&api, readings, limit: 1000), of: readings.name,
      limits: (limits.warning, limits.critical))
  }
}
