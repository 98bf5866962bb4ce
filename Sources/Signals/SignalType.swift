/// A kind of signal that readings can have: a row of the database, so that a new one takes no release.
public struct SignalType: Hashable, Sendable {
  /// As in the API's paths.
  public var name: String
  /// In UCUM, as in `W` or `Cel`; `1` for a number without a unit.
  public var unit: String
  /// One sentence for people.
  public var description: String

  public init(name: String, unit: String, description: String) {
    self.name = name
    self.unit = unit
    self.description = description
  }
}
