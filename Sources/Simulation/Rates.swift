/// How often a simulated machine gives off what.
public struct Rates: Hashable, Sendable {
  /// The shortest and the longest time between two events, in seconds.
  public struct Gap: Hashable, Sendable {
    public let min: Double
    public let max: Double

    /// - Throws: ``InvalidRate`` unless 0.01 ≤ `min` ≤ `max` ≤ 86400.
    public init(min: Double, max: Double) throws(InvalidRate) {
      guard min >= 0.01, min <= max, max <= 86_400 else {
        throw InvalidRate(
          "a gap is two times in seconds with 0.01 <= min <= max <= 86400, not \(min) and \(max)")
      }
      self.min = min
      self.max = max
    }
  }

  /// Power readings a second.
  public let powerHertz: Int
  public let stateChange: Gap
  public let error: Gap

  /// - Throws: ``InvalidRate`` unless `powerHertz` is a divisor of 1,000,000 up to 1000: only then do
  ///   the readings stand on an even grid of whole microseconds.
  public init(powerHertz: Int, stateChange: Gap, error: Gap) throws(InvalidRate) {
    guard (1...1000).contains(powerHertz), 1_000_000 % powerHertz == 0 else {
      let accepted = (1...1000).filter { 1_000_000 % $0 == 0 }.map(String.init)
      throw InvalidRate(
        "the power rate is one of \(accepted.joined(separator: ", ")) Hz, not \(powerHertz)")
    }
    self.powerHertz = powerHertz
    self.stateChange = stateChange
    self.error = error
  }

  /// 100 Hz, a change of state every 1 to 5 seconds, an error every 10 to 30.
  public static let standard = try! Rates(
    powerHertz: 100, stateChange: Gap(min: 1, max: 5), error: Gap(min: 10, max: 30))

  /// The same rates but for what is given.
  public func changed(powerHertz: Int? = nil, stateChange: Gap? = nil, error: Gap? = nil)
    throws(InvalidRate) -> Rates
  {
    try Rates(
      powerHertz: powerHertz ?? self.powerHertz, stateChange: stateChange ?? self.stateChange,
      error: error ?? self.error)
  }

  /// What a machine gives off in a second when everything comes at its fastest.
  public var mostReadingsPerSecond: Double { Double(powerHertz) + mostEventsPerSecond }

  /// The same of state changes and errors alone.
  var mostEventsPerSecond: Double { 1 / stateChange.min + 1 / error.min }

  /// Between two power readings.
  var powerPeriod: Int64 { 1_000_000 / Int64(powerHertz) }
}

/// A rate that cannot be simulated, and what could be.
public struct InvalidRate: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
