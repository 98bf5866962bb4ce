import FastCGI
import Postgres
import Server
import Signals
import SignalsAPI
import Time

/// The result of a health check, with the member names of `application/health+json`.
struct HealthReport {
  /// The check of one component.
  fileprivate struct Check {
    let name: String
    let componentType: String
    /// The observed value and its unit; nil when it could not be observed.
    let observed: (value: Double, unit: String)?
    /// Why the component has failed; nil when it has not.
    var failure: DatabaseFailure?
    /// A problem that is not a failure.
    var warning: String?
  }

  private var checks: [Check] = []

  /// The report when the database has answered.
  ///
  /// - Parameters:
  ///   - age: The age of the newest reading that is not ahead of the clock, in microseconds; nil without one.
  ///   - ahead: How far the newest reading is ahead of the clock, in microseconds; nil when it is not.
  static func answering(
    within responseTime: Duration, age: Int64? = nil, ahead: Int64? = nil
  ) -> HealthReport {
    var health = HealthReport()
    let milliseconds = (responseTime / .microseconds(1)).rounded() / 1000
    health.checks.append(
      Check(
        name: "database:responseTime", componentType: "datastore",
        observed: (milliseconds, "ms")))
    if let age {
      health.checks.append(
        Check(
          name: "readings:age", componentType: "component",
          observed: (Double(age) / 1_000_000, "s")))
    }
    if let ahead {
      health.checks.append(
        Check(
          name: "readings:ahead", componentType: "component",
          observed: (Double(ahead) / 1_000_000, "s"),
          warning: "the newest reading is ahead of the clock; check the clocks"))
    }
    return health
  }

  /// The report when the database has not answered.
  static func failing(_ failure: DatabaseFailure) -> HealthReport {
    HealthReport(checks: [
      Check(
        name: "database:responseTime", componentType: "datastore", observed: nil, failure: failure)
    ])
  }

  /// The report of a running process, without any checks.
  static let live = HealthReport()

  /// A 200, or a 503 with the first failure as its status.
  func response() -> RenderedResponse {
    let failure = checks.lazy.compactMap(\.failure).first
    let time = Timestamp.now
    let health = API.Health(
      status: failure?.text ?? "Service is up and running", cause: failure?.cause,
      version: version, serviceID: "signals-accessor",
      checks: NamedValues(checks.map { (name: $0.name, value: [$0.rendered(at: time)]) }))
    return Response.json(
      health, status: failure == nil ? 200 : 503, contentType: "application/health+json",
      headers: failure == nil ? [] : [("Retry-After", "1")])
  }
}

extension HealthReport.Check {
  fileprivate func rendered(at time: Timestamp) -> API.Health.Check {
    API.Health.Check(
      componentType: componentType,
      status: failure != nil ? "fail" : warning != nil ? "warn" : "pass",
      observed: observed, output: failure?.text ?? warning, time: time)
  }
}
