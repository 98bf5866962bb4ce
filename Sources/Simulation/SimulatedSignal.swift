/// The signals of a simulated machine. The raw value is the type number in a ``Reading``.
public enum SimulatedSignal: Int16, CaseIterable, Sendable {
  /// 1 when work begins, 0 when it ends.
  case stateChange
  /// The electrical power in watts.
  case power
  /// An error code from 1 to 100.
  case error

  /// The name of the type in the database.
  public var name: String {
    switch self {
    case .stateChange: "state_change"
    case .power: "power"
    case .error: "error"
    }
  }
}
