/// What a probe says: its exit status.
enum Verdict: Int32, CaseIterable {
  case ok = 0
  case warning = 1
  case critical = 2
  /// Nothing can be said: the question is wrong, or may not be asked.
  case unknown = 3

  var name: String {
    switch self {
    case .ok: "OK"
    case .warning: "WARNING"
    case .critical: "CRITICAL"
    case .unknown: "UNKNOWN"
    }
  }

  /// What a value comes to; a limit that is not set is never passed.
  init(_ value: Double, warning: AlertRange?, critical: AlertRange?) {
    self =
      critical?.alerts(for: value) == true
      ? .critical : warning?.alerts(for: value) == true ? .warning : .ok
  }

  /// The one that matters more: what is known to be bad before what is not known.
  static func worst(_ verdicts: [Verdict]) -> Verdict {
    let order: [Verdict] = [.critical, .unknown, .warning]
    return order.first { verdicts.contains($0) } ?? .ok
  }
}
