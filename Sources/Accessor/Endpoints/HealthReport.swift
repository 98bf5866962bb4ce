import FastCGI
import Postgres
import Server
import Signals
import Time

/// The result of a health check, with the member names of `application/health+json`.
struct HealthReport {
  /// The check of one component.
  private struct Check {
    let name: StaticString
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
    return Response.json(
      failure == nil ? 200 : 503, contentType: "application/health+json",
      headers: failure == nil ? [] : [("Retry-After", "1")]
    ) { json in
      json.object {
        $0.key("status")
        $0.string(failure?.text ?? "Service is up and running")
        if let failure {
          $0.key("cause")
          $0.string(failure.cause)
        }
        $0.key("version")
        $0.string(version)
        $0.key("serviceId")
        $0.string("signals-accessor")
        $0.key("checks")
        $0.object { object in
          for check in checks {
            object.key(check.name)
            object.array { $0.object { HealthReport.write(check, time, &$0) } }
          }
        }
      }
    }
  }

  private static func write(_ check: Check, _ time: Timestamp, _ json: inout JSONWriter) {
    json.key("componentType")
    json.string(check.componentType)
    json.key("status")
    json.string(check.failure != nil ? "fail" : check.warning != nil ? "warn" : "pass")
    if let observed = check.observed {
      json.key("observedValue")
      json.number(observed.value)
      json.key("observedUnit")
      json.string(observed.unit)
    }
    if let output = check.failure?.text ?? check.warning {
      json.key("output")
      json.string(output)
    }
    json.key("time")
    json.timestamp(time)
  }
}
