import ArgumentParser
import SignalsAPI

/// `signals-cli check fresh TYPE`
struct CheckFresh: Probe {
  static let configuration = CommandConfiguration(
    commandName: "fresh", abstract: "Check the age of the newest reading.",
    discussion: "Thresholds are in seconds; the default is -w 5 -c 30.")

  @OptionGroup var readings: ReadingOptions
  @OptionGroup var limits: CheckLimits
  @OptionGroup var options: CheckOptions

  var subject: [(name: String, value: String)] { readings.subject }

  func report(_ api: inout SignalsClient) throws(Failure) -> ProbeReport {
    let probe = try ReadingProbe(&api, readings, limit: 1)
    let areUnset = limits.warning == nil && limits.critical == nil
    return ProbeReport(
      freshness: probe, of: readings.name,
      limits: (
        limits.warning ?? (areUnset ? AlertRange("5") : nil),
        limits.critical ?? (areUnset ? AlertRange("30") : nil)
      ))
  }
}
