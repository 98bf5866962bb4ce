/// What a kind of reading is called and measured in.
struct SignalType: Decodable, Equatable {
  let name: String
  /// In UCUM.
  let unit: String
  let description: String

  /// nil for a plain number, which UCUM writes as `1`.
  var displayedUnit: String? { unit == "1" || unit.isEmpty ? nil : unit }
}
