/// A type of signal: a row in the database, so that adding one needs no release.
public struct SignalType: Codable, Hashable, Sendable {
  /// The name in API paths.
  public var name: String
  /// The unit in UCUM, such as `W` or `Cel`; `1` for a dimensionless number.
  public var unit: String
  /// A one-sentence description.
  public var description: String

  public init(name: String, unit: String, description: String) {
    self.name = name
    self.unit = unit
    self.description = description
  }
}
