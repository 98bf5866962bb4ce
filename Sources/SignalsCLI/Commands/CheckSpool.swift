import ArgumentParser
import Curl
import SignalsAPI
import Time

/// `signals-cli check spool`
struct CheckSpool: Probe {
  static let needsToken = true

  static let configuration = CommandConfiguration(
    commandName: "spool", abstract: "Check how full the producer's spool is.",
    discussion: """
      Thresholds are percentages of the spool's limit; the default is -w 50 -c 90. Blocked \
      machines, or machine time more than a minute ahead of the clock, are CRITICAL; an \
      unreachable database is a WARNING. Requires a token.
      """)

  @OptionGroup var limits: CheckLimits
  @OptionGroup var options: CheckOptions

  var subject: [(name: String, value: String)] { [] }

  func report(_ api: inout SignalsClient) throws(Failure) -> ProbeReport {
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
