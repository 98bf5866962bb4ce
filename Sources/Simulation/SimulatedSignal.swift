/// What a simulated machine gives off. The raw value is the type's number in a ``Reading``.
public enum SimulatedSignal: Int16, CaseIterable, Sendable {
  /// 1 when the machine begins to work, 0 when it stops.
  case stateChange
  /// The electrical power drawn, in watts.
  case power
  /// The code of an error, 1 to 100.
  case error

  /// The type's name in the database.
  public var name: String {
    switch self {
    case .stateChange: "state_change"
    case .power: "power"
    case .error: "error"
    }
  }
}
