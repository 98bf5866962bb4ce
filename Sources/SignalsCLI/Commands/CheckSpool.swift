import ArgumentParser
import Curl
import Signals

/// `signals-cli check spool`
struct CheckSpool: Probe {
  static let needsToken = true

  static let configuration = CommandConfiguration(
    commandName: "spool", abstract: "How full the producer's spool is.",
    discussion: """
      The limits are for how much of its room is taken, in percent; without any, -w 50 -c 90. \
      Machines that wait, or whose time is more than a minute ahead of the clock, are CRITICAL, a \
      database out of reach is a WARNING. Needs the control endpoint's token.
      """)

  @OptionGroup var limits: CheckLimits
  @OptionGroup var options: CheckOptions

  var subject: [(name: String, value: String)] { [] }

  func report(_ api: inout SignalsAPI) throws(Failure) -> ProbeReport {
    let answer = try api.producer()
    let areUnset = limits.warning == nil && limits.critical == nil
    return ProbeReport(
      spoolOf: try answer.content(), now: .judging(.now, answer.response.date),
      limits: (
        limits.warning ?? (areUnset ? AlertRange("50") : nil),
        limits.critical ?? (areUnset ? AlertRange("90") : nil)
      ))
  }
}
