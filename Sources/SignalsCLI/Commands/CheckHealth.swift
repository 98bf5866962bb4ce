import ArgumentParser
import Curl
import Signals

/// `signals-cli check health`
struct CheckHealth: Probe {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Whether the service and its database work.",
    discussion: "The limits are for the seconds that the answer takes.")

  @OptionGroup var limits: CheckLimits

  @Option(
    help: .init(
      "Warn when the server's certificate ends within so many days.", valueName: "days"))
  var expiryWarning: Int = 14

  @Option(
    help: .init("When it ends within so many days, that is critical.", valueName: "days"))
  var expiryCritical: Int = 3

  @OptionGroup var options: CheckOptions

  var subject: [(name: String, value: String)] { [] }

  func report(_ api: inout SignalsAPI) throws(Failure) -> ProbeReport {
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
