import Signals

extension SignalType {
  /// nil for a plain number, which UCUM writes as `1`.
  var displayedUnit: String? { SignalType.displayed(unit) }

  static func displayed(_ unit: String) -> String? { unit == "1" || unit.isEmpty ? nil : unit }
}
