import SignalsAPI

extension ProbeReport {
  /// Gauges, in base units: `signals_check_age_seconds{check="fresh",type="power"} 0.12`.
  func prometheus(_ subject: [(name: String, value: String)]) -> String {
    let labels = subject.map { "\($0.name)=\"\($0.value.escapedForPrometheus)\"" }
      .joined(separator: ",")
    let probeStatus = """
      # HELP signals_check_status Result of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
      # TYPE signals_check_status gauge
      signals_check_status{\(labels)} \(self.probeStatus.rawValue)

      """
    return probeStatus
      + measurements.map { measurement in
        let name = "signals_check_\(measurement.label)\(measurement.unit.prometheusSuffix)"
        return """
          # HELP \(name) Value measured by the check.
          # TYPE \(name) gauge
          \(name){\(labels)} \(measurement.prometheusValue)

          """
      }.joined()
  }
}

extension Measurement {
  fileprivate var prometheusValue: String {
    (unit == .percent ? value / 100 : value).withoutExponent
  }
}

extension Measurement.Unit {
  fileprivate var prometheusSuffix: String {
    switch self {
    case .none: ""
    case .seconds: "_seconds"
    case .percent: "_ratio"
    case .bytes: "_bytes"
    }
  }
}

extension String {
  fileprivate var escapedForPrometheus: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line).printable.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }.joined(separator: "\\n")
  }
}
