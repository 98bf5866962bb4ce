extension Segment.Values {
  /// With more digits an `int4` would hold only values below 1.
  private static let largestScale: Double = 1_000_000_000
  private static let largestInt4: Double = 2_147_483_647
  private static let largestInt2: Double = 32_767

  /// The narrowest array that holds `values` bit for bit; nil if one of them is not finite.
  ///
  /// A value becomes an integer only if the division that decodes it gives the same bits: -0 does not, nor
  /// does 0.1 + 0.2.
  static func narrowest(_ values: UnsafeBufferPointer<Double>) -> Segment.Values? {
    var scale = 1.0
    var largest = 0.0
    for (place, value) in values.enumerated() {
      largest = max(largest, value.magnitude)
      // A value that is exact at one scale is exact at the next: both quotients are the double nearest to
      // the same number. So earlier values need no second look.
      while !isExact(value, scale) {
        scale *= 10
        if scale > largestScale || (largest * scale) > largestInt4 {
          let rest = UnsafeBufferPointer(rebasing: values[place...])
          return rest.allSatisfy { $0.isFinite } ? .float8(Array(values)) : nil
        }
      }
    }
    let bound = rounded(largest * scale)
    if bound <= largestInt2 { return .int2(elements(values, scale), scale: Int32(scale)) }
    if bound <= largestInt4 { return .int4(elements(values, scale), scale: Int32(scale)) }
    return .float8(Array(values))
  }

  @inline(__always)
  private static func isExact(_ value: Double, _ scale: Double) -> Bool {
    (rounded(value * scale) / scale).bitPattern == value.bitPattern
      // Infinity divided is infinity again.
      && value.isFinite
  }

  /// The nearest integer of a value below 2^51: the sum has no bits left for a fraction. Two instructions,
  /// where `rounded()` may be a call.
  @inline(__always)
  private static func rounded(_ value: Double) -> Double {
    let shift = 6_755_399_441_055_744.0  // 1.5 * 2^52
    return (value + shift) - shift
  }

  @inline(__always)
  private static func elements<T: FixedWidthInteger>(
    _ values: UnsafeBufferPointer<Double>, _ scale: Double
  ) -> [T] {
    [T](unsafeUninitializedCapacity: values.count) { buffer, count in
      for place in 0..<values.count {
        buffer.initializeElement(
          at: place, to: T(truncatingIfNeeded: Int64(rounded(values[place] * scale))))
      }
      count = values.count
    }
  }
}
