import Access

/// What can be asked for, as metrics name it: few names, whatever clients send.
enum Resource: Int, CaseIterable, Sendable {
  case readings
  case types
  case health
  case liveness
  case readiness
  case metrics
  case other

  init(path: UnsafeBufferPointer<UInt8>) {
    // The most frequent first.
    if Route.type(inPath: path) != nil {
      self = .readings
    } else if path.spells("/signals") || path.spells("/signals/") {
      self = .types
    } else if path.spells("/health") {
      self = .health
    } else if path.spells("/health/live") {
      self = .liveness
    } else if path.spells("/health/ready") {
      self = .readiness
    } else if path.spells("/metrics") {
      self = .metrics
    } else {
      self = .other
    }
  }

  /// What whoever asks for it has to have; nil for what is told to everybody whom the web server lets
  /// through.
  var scope: Scopes? {
    switch self {
    case .readings, .types: .readSignals
    case .health, .liveness, .readiness, .metrics, .other: nil
    }
  }

  /// The path with its variable part in braces.
  var label: String {
    switch self {
    case .readings: "/signals/{type}"
    case .types: "/signals"
    case .health: "/health"
    case .liveness: "/health/live"
    case .readiness: "/health/ready"
    case .metrics: "/metrics"
    case .other: "other"
    }
  }
}
