import Curl
import Signals
import SignalsAPI
import Time

extension Table {
  /// The service, its checks if any, and the timing of the request.
  ///
  /// - Parameter certificate: When the server's certificate expires, in seconds since 1970 UTC; nil without
  ///   TLS.
  static func health(
    _ report: API.Health, certificate: Int64?, now: Timestamp, timings: HTTPResponse.Timings,
    for target: OutputTarget
  ) -> [Table] {
    let checks = report.namedChecks
    let isGood = checks.allSatisfy { $0.check.style != .bad }
    var properties = [(name: "status", value: Cell(report.status, isGood ? .good : .bad))]
    if let service = report.serviceID { properties.append((name: "service", value: Cell(service))) }
    if let version = report.version { properties.append((name: "version", value: Cell(version))) }
    if let age = report.newestReadingAge {
      let text = duration(microseconds: Int64(min(age * 1_000_000, 1e18)))
      properties.append((name: "newest reading", value: Cell("\(text) old")))
    }
    if let ahead = report.readingsAhead {
      properties.append(
        (name: "clock", value: Cell(ProbeReport.sentence(ahead: ahead), .warning)))
    }
    if let certificate {
      let life = CertificateLife(ends: certificate, now: now)
      properties.append(
        (name: "certificate", value: Cell(life.end, Style(life.measurement.probeStatus))))
    }
    return [Table(properties: properties)] + (checks.isEmpty ? [] : [Table(checks: checks)])
      + [Table(timings: timings, for: target)]
  }

  private init(checks: [(name: String, check: API.Health.Check)]) {
    self.init(
      [Column("check"), Column("status"), Column("value", .decimal), Column("", .wrapped)],
      rows: checks.map { name, check in
        [
          Cell(name.words),
          Cell(check.status, check.style),
          Cell(check.observedValue.map { "\(Number(value: $0))" } ?? ""),
          Cell([check.observedUnit, check.output].compactMap(\.self).joined(separator: "  ")),
        ]
      })
  }
}

extension String {
  /// `database response time` of `database:responseTime`
  fileprivate var words: String {
    map { character in
      if "_:".contains(character) { return " " }
      return character.isUppercase ? " \(character.lowercased())" : String(character)
    }.joined()
  }
}

extension API.Health.Check {
  fileprivate var style: Style {
    switch status {
    case "pass", "ok", "up": .good
    case "warn": .warning
    default: .bad
    }
  }
}
