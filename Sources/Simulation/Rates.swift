/// How often a simulated machine emits readings.
public struct Rates: Hashable, Sendable {
  /// The minimum and maximum interval between events, in seconds.
  public struct IntervalRange: Hashable, Sendable {
    public let min: Double
    public let max: Double

    /// - Throws: ``InvalidRate`` unless 0.01 ≤ `min` ≤ `max` ≤ 86400.
    public init(min: Double, max: Double) throws(InvalidRate) {
      guard min >= 0.01, min <= max, max <= 86_400 else {
        throw InvalidRate(
          "min and max must be seconds with 0.01 <= min <= max <= 86400 (got \(min) and \(max))")
      }
      self.min = min
      self.max = max
    }
  }

  /// Power readings per second.
  public let powerHertz: Int
  public let stateChange: IntervalRange
  public let error: IntervalRange

  /// - Throws: ``InvalidRate`` unless `powerHertz` is a divisor of 1,000,000 up to 1000, so that the
  ///   readings are whole microseconds apart.
  public init(powerHertz: Int, stateChange: IntervalRange, error: IntervalRange) throws(InvalidRate)
  {
    guard (1...1000).contains(powerHertz), 1_000_000 % powerHertz == 0 else {
      let allowed = (1...1000).filter { 1_000_000 % $0 == 0 }.map(String.init)
      throw InvalidRate(
        "power rate must be one of \(allowed.joined(separator: ", ")) Hz (got \(powerHertz))")
    }
    self.powerHertz = powerHertz
    self.stateChange = stateChange
    self.error = error
  }

  /// 100 Hz, a state change every 1 to 5 seconds, an error every 10 to 30.
  public static let standard = try! Rates(
    powerHertz: 100, stateChange: IntervalRange(min: 1, max: 5),
    error: IntervalRange(min: 10, max: 30))

  /// The rates with some of them replaced.
  public func changed(
    powerHertz: Int? = nil, stateChange: IntervalRange? = nil, error: IntervalRange? = nil
  )
    throws(InvalidRate) -> Rates
  {
    try Rates(
      powerHertz: powerHertz ?? self.powerHertz, stateChange: stateChange ?? self.stateChange,
      error: error ?? self.error)
  }

  /// The maximum number of readings per second.
  public var maxReadingsPerSecond: Double { Double(powerHertz) + maxEventsPerSecond }

  /// The maximum number of state changes and errors per second.
  var maxEventsPerSecond: Double { 1 / stateChange.min + 1 / error.min }

  /// The interval between power readings, in microseconds.
  var powerPeriod: Int64 { 1_000_000 / Int64(powerHertz) }
}

/// Why rates are invalid.
public struct InvalidRate: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
