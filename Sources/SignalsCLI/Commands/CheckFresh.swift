import ArgumentParser

/// `signals-cli check fresh TYPE`
struct CheckFresh: Probe {
  static let configuration = CommandConfiguration(
    commandName: "fresh", abstract: "How old the newest reading of a type is.",
    discussion: "The limits are in seconds; without any, -w 5 -c 30.")

  @OptionGroup var readings: ReadingOptions
  @OptionGroup var limits: CheckLimits
  @OptionGroup var options: CheckOptions

  var subject: [(name: String, value: String)] { readings.subject }

  func report(_ api: inout SignalsAPI) throws(Failure) -> ProbeReport {
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
