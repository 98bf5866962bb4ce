import ArgumentParser
import Curl
import SignalsAPI
import Time

/// `signals-cli check health`
struct CheckHealth: Probe {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Check the service and its database.",
    discussion: "Thresholds apply to the response time in seconds.")

  @OptionGroup var limits: CheckLimits

  @Option(
    help: .init(
      "WARNING if the server certificate expires within this many days.", valueName: "days"))
  var expiryWarning: Int = 14

  @Option(
    help: .init("CRITICAL if it expires within this many days.", valueName: "days"))
  var expiryCritical: Int = 3

  @OptionGroup var options: CheckOptions

  var subject: [(name: String, value: String)] { [] }

  func report(_ api: inout SignalsClient) throws(Failure) -> ProbeReport {
    let answer = try api.health()
    return ProbeReport(
      health: try answer.content(), isGood: answer.isGood,
      within: answer.response.timings.total,
      limits: (limits.warning, limits.critical),
      certificate: answer.response.certificateExpiry.map {
        CertificateLife(
          ends: $0, now: .now, warningDays: expiryWarning, criticalDays: expiryCritical)
      })
  }
}
