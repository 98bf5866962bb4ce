import SignalsAPI

/// A value measured by a check, with its thresholds.
struct Measurement: Equatable {
  /// Units of the Monitoring Plugins guidelines, without multiples.
  enum Unit: String {
    case none = ""
    case seconds = "s"
    case percent = "%"
    case bytes = "B"
  }

  let label: String
  /// Finite.
  let value: Double
  let unit: Unit
  let warning: AlertRange?
  let critical: AlertRange?
  let minimum: Double?
  let maximum: Double?

  init(
    _ label: String, _ value: Double, _ unit: Unit = .none, warning: AlertRange? = nil,
    critical: AlertRange? = nil, from minimum: Double? = nil, to maximum: Double? = nil
  ) {
    self.label = label
    self.value = value
    self.unit = unit
    self.warning = warning
    self.critical = critical
    self.minimum = minimum
    self.maximum = maximum
  }

  var probeStatus: ProbeStatus { ProbeStatus(value, warning: warning, critical: critical) }

  /// `age=0.12s;5;30;0`, without trailing empty fields.
  var performanceData: String {
    let limits = [
      warning.map { "\($0)" }, critical.map { "\($0)" }, minimum?.withoutExponent,
      maximum?.withoutExponent,
    ]
    let last = limits.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0
    let fields = [value.withoutExponent + unit.rawValue] + limits[..<last].map { $0 ?? "" }
    return "\(label)=\(fields.joined(separator: ";"))"
  }
}
