/// What can be asked for, as metrics name it: few names, whatever clients send.
enum Resource: Int, CaseIterable, Sendable {
  case readings
  case types
  case health
  case liveness
  case readiness
  case metrics
  case other

  init(path: String) {
    switch path {
    case "/signals", "/signals/": self = .types
    case "/health": self = .health
    case "/health/live": self = .liveness
    case "/health/ready": self = .readiness
    case "/metrics": self = .metrics
    default: self = Route.type(inPath: path) == nil ? .other : .readings
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
