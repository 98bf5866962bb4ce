import Glibc

/// An axis of values, from one round number to another.
///
/// Heckbert, "Nice numbers for graph labels", in Graphics Gems: the steps are 1, 2 or 5 times a power of
/// ten.
struct ValueScale: Equatable {
  let lower: Double
  let upper: Double
  private let step: Double

  /// What is drawn; what is larger is drawn at its end, so that differences are numbers too.
  private static let largest = 1e300
  private static let smallest = 1e-290
  /// The least part of a value that is worth a scale: doubles have not many more digits.
  private static let leastPart = 1e-12

  /// The scale for values within `range`.
  ///
  /// - Parameter steps: How many there may be of them, or about as many.
  init(holding range: ClosedRange<Double>, steps: Int) {
    var (low, high) = (Self.held(range.lowerBound), Self.held(range.upperBound))
    let size = max(low.magnitude, high.magnitude)
    if high - low <= size * Self.leastPart {
      let margin = size > 0 ? size / 10 : 1
      (low, high) = (low - margin, high + margin)
    }
    step = Self.niceStep(atLeast: (high - low) / Double(max(1, steps)))
    // A bound on a step is not moved to the next one by what a division leaves.
    lower = (low / step + 1e-9).rounded(.down) * step
    upper = (high / step - 1e-9).rounded(.up) * step
  }

  /// 0 at the lower end, 1 at the upper one.
  func position(_ value: Double) -> Double {
    min(max((Self.held(value) - lower) / (upper - lower), 0), 1)
  }

  /// The values that are named, the lowest first.
  var ticks: [Double] {
    let count = Int(((upper - lower) / step).rounded())
    // Not 1e-17 for 0.
    return (0...count).map { (lower / step + Double($0)).rounded() * step }
  }

  /// A tick's name: as many digits as all of them need; `2.5e9` where there are too many.
  func label(_ tick: Double) -> String {
    let size = max(lower.magnitude, upper.magnitude)
    guard (1e-4..<1e7).contains(size) else {
      let exponent = Int(log10(size).rounded(.down))
      let scale = pow(10, Double(exponent))
      return "\((tick / scale).fixed(Self.digits(of: step / scale)))e\(exponent)"
    }
    return tick.fixed(Self.digits(of: step))
  }

  /// How many there are behind the point.
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
