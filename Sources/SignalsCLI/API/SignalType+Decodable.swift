import Signals

extension SignalType: Decodable {
  private enum CodingKeys: CodingKey {
    case name
    case unit
    case description
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try container.decode(String.self, forKey: .name),
      unit: try container.decode(String.self, forKey: .unit),
      description: try container.decode(String.self, forKey: .description))
  }
}

extension SignalType {
  /// nil for a plain number, which UCUM writes as `1`.
  var displayedUnit: String? { SignalType.displayed(unit) }

  static func displayed(_ unit: String) -> String? { unit == "1" || unit.isEmpty ? nil : unit }
}
