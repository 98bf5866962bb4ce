import Glibc

/// A value axis between round numbers.
///
/// After Heckbert, "Nice numbers for graph labels", Graphics Gems: steps are 1, 2 or 5 times a power of
/// ten.
struct ValueScale: Equatable {
  let lower: Double
  let upper: Double
  private let step: Double

  /// Larger values are drawn at the end of the axis, so that differences stay finite.
  private static let largest = 1e300
  private static let smallest = 1e-290
  /// The least relative range of a scale, close to the precision of a double.
  private static let leastPart = 1e-12

  /// The scale for values within `range`.
  ///
  /// - Parameter steps: The approximate number of steps.
  init(holding range: ClosedRange<Double>, steps: Int) {
    var (low, high) = (Self.held(range.lowerBound), Self.held(range.upperBound))
    let size = max(low.magnitude, high.magnitude)
    if high - low <= size * Self.leastPart {
      let margin = size > 0 ? size / 10 : 1
      (low, high) = (low - margin, high + margin)
    }
    step = Self.niceStep(atLeast: (high - low) / Double(max(1, steps)))
    // A rounding error must not move a bound to the next step.
    lower = (low / step + 1e-9).rounded(.down) * step
    upper = (high / step - 1e-9).rounded(.up) * step
  }

  /// 0 at the lower end, 1 at the upper one.
  func position(_ value: Double) -> Double {
    min(max((Self.held(value) - lower) / (upper - lower), 0), 1)
  }

  /// The labelled values, lowest first.
  var ticks: [Double] {
    let count = Int(((upper - lower) / step).rounded())
    // Rounded, so that 0 is not 1e-17.
    return (0...count).map { (lower / step + Double($0)).rounded() * step }
  }

  /// The label of a tick, with the same number of digits for all; `2.5e9` for large numbers.
  func label(_ tick: Double) -> String {
    let size = max(lower.magnitude, upper.magnitude)
    guard (1e-4..<1e7).contains(size) else {
      let exponent = Int(log10(size).rounded(.down))
      let scale = pow(10, Double(exponent))
      return "\((tick / scale).fixed(Self.digits(of: step / scale)))e\(exponent)"
    }
    return tick.fixed(Self.digits(of: step))
  }

  /// The number of decimals.
  private static func digits(of step: Double) -> Int {
    min(max(0, -Int((log10(step) + 1e-9).rounded(.down))), 12)
  }

  private static func niceStep(atLeast step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    let nice = [1.0, 2, 5].first { step <= $0 * power * (1 + 1e-9) } ?? 10
    return nice * power
  }

  private static func held(_ value: Double) -> Double {
    guard value.magnitude >= smallest else { return 0 }
    return min(max(value, -largest), largest)
  }
}
