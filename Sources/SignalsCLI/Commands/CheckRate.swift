import ArgumentParser

/// `signals-cli check rate TYPE`
struct CheckRate: Probe {
  static let configuration = CommandConfiguration(
    commandName: "rate", abstract: "How many readings of a type come in a second.",
    discussion: "Counted over the newest 1000, of all machines together unless --machine names one."
  )

  @OptionGroup var readings: ReadingOptions
  @OptionGroup var limits: CheckLimits
  @OptionGroup var options: CheckOptions

  var subject: [(name: String, value: String)] { readings.subject }

  func report(_ api: inout SignalsAPI) throws(Failure) -> ProbeReport {
    try limits.require()
    return ProbeReport(
      rate: try ReadingProbe(&api, readings, limit: 1000), of: readings.name,
      limits: (limits.warning, limits.critical))
  }
}
