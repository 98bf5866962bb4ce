public import Signals
internal import Time

/// Random readings, plausible and pathological.
public enum RandomReadings {
  public enum Times: CaseIterable, Sendable {
    case even, jittered, inMilliseconds, equal, withGaps, overHours, overTheEndOfAnHour
  }

  public enum Values: CaseIterable, Sendable {
    case tenths, hundredths, whole, states, constant, sines, sums, bits, subnormal, bounds, mixed
  }

  public enum IDs: CaseIterable, Sendable {
    case consecutive, runs, apart, backwards
  }

  /// Readings of one machine and type, sorted as in a segment.
  public static func make(
    _ count: Int, _ times: Times, _ values: Values, _ ids: IDs,
    _ generator: inout SeededGenerator
  ) -> ReadingArrays {
    var readings = ReadingArrays()
    // Within 2026.
    var time = 1_767_225_600_000_000 + Int64.random(in: 0..<30_000_000_000_000, using: &generator)
    if times == .overTheEndOfAnHour {
      time -= time % Segment.hour + Int64.random(in: 0...1_000_000, using: &generator)
    }
    var id: Int64 = 1 + Int64.random(in: 0..<1 << 50, using: &generator)
    // Down to 1.
    if ids == .backwards { id = Int64(count) }
    let constant = value(.bits, 0, &generator)
    for place in 0..<count {
      let value = values == .constant ? constant : value(values, place, &generator)
      readings.append(time: Timestamp(microseconds: time), value: value, id: id)
      time += step(times, &generator)
      id += idStep(ids, place, &generator)
    }
    readings.sort()
    return readings
  }

  private static func step(_ times: Times, _ generator: inout SeededGenerator) -> Int64 {
    switch times {
    case .even, .overTheEndOfAnHour: 10_000
    case .jittered: Int64.random(in: 9_000...11_000, using: &generator)
    case .inMilliseconds: 1000 * Int64.random(in: 0...30, using: &generator)
    case .equal: Bool.random(using: &generator) ? 0 : Int64.random(in: 0...1, using: &generator)
    case .withGaps:
      Int.random(in: 0..<20, using: &generator) == 0
        ? Int64.random(in: 0...3_000_000_000, using: &generator) : 10_000
    case .overHours: Int64.random(in: 0...4_000_000_000, using: &generator)
    }
  }

  private static func idStep(_ ids: IDs, _ place: Int, _ generator: inout SeededGenerator) -> Int64
  {
    switch ids {
    case .consecutive: 1
    case .runs: place % 10 == 9 ? Int64.random(in: 1...20_000, using: &generator) : 1
    case .apart: Int64.random(in: 1...3_000_000_000, using: &generator)
    case .backwards: -1
    }
  }

  /// A finite value.
  public static func value(
    _ values: Values, _ place: Int, _ generator: inout SeededGenerator
  ) -> Double {
    switch values {
    case .tenths, .constant: return Double(Int.random(in: 1000...5000, using: &generator)) / 10
    case .hundredths:
      return Double(Int.random(in: -4_000_000...4_000_000, using: &generator)) / 100
    case .whole: return Double(Int.random(in: -40_000...40_000, using: &generator))
    case .states: return Double(Int.random(in: 0...1, using: &generator))
    case .sines: return 230 + 40 * Double(place % 1000) / 7
    // Decimal fractions except for the last bit.
    case .sums: return 0.1 * Double(Int.random(in: 0...100, using: &generator)) + 0.2
    case .bits:
      while true {
        let value = Double(bitPattern: generator.next())
        if value.isFinite { return value }
      }
    case .subnormal:
      return Double(bitPattern: generator.next() >> Int.random(in: 12...63, using: &generator))
    case .bounds:
      return [
        0, -0.0, 32_767, 32_768, -32_768, -32_769, 2_147_483_647, 2_147_483_648, -2_147_483_648,
        3276.7, 3276.8, 214_748_364.7, 214_748_364.8, 1e-9, 1e-10, 0.1,
        Double.leastNonzeroMagnitude,
        .greatestFiniteMagnitude, 9_007_199_254_740_992,
      ].randomElement(using: &generator)!
    case .mixed:
      let kind: Values = [.tenths, .whole, .states, .bounds].randomElement(using: &generator)!
      return value(kind, place, &generator)
    }
  }
}
