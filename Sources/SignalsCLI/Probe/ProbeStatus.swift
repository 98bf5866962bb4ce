/// The result of a check, as its exit status.
enum ProbeStatus: Int32, CaseIterable {
  case ok = 0
  case warning = 1
  case critical = 2
  /// The request is invalid or not permitted.
  case unknown = 3

  var name: String {
    switch self {
    case .ok: "OK"
    case .warning: "WARNING"
    case .critical: "CRITICAL"
    case .unknown: "UNKNOWN"
    }
  }

  /// Compares a value with its thresholds, if any.
  init(_ value: Double, warning: AlertRange?, critical: AlertRange?) {
    self =
      critical?.alerts(for: value) == true
      ? .critical : warning?.alerts(for: value) == true ? .warning : .ok
  }

  /// The most severe one; critical outranks unknown.
  static func worst(_ statuses: [ProbeStatus]) -> ProbeStatus {
    let order: [ProbeStatus] = [.critical, .unknown, .warning]
    return order.first { statuses.contains($0) } ?? .ok
  }
}
