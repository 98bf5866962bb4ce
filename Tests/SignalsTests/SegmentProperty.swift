import Signals

/// What holds of the segments of any readings. Used by the tests and by scripts/fuzz.
enum Property {
  /// Of each reading: time, value and id, 8 bytes each.
  private static let size = 24

  /// What does not hold for these bytes; nil if all is well.
  static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
    guard let first = bytes.first else { return nil }
    var readings = readings(.init(rebasing: bytes[1...]), closeness: Int64(first % 64))
    readings.sort()
    var segments: [Segment] = []
    do {
      try Segment.encode(readings, into: &segments)
    } catch {
      switch error {
      case .valueIsNotFinite:
        return readings.values.allSatisfy { $0.isFinite } ? "finite values are refused" : nil
      case .timeIsOutOfRange:
        let years = Int64(-62_167_219_200_000_000)...253_402_300_799_999_999
        return readings.times.allSatisfy { years.contains($0) } ? "valid times are refused" : nil
      }
    }
    return violation(segments, of: readings)
  }

  private static func violation(_ segments: [Segment], of readings: ReadingArrays) -> String? {
    var back = ReadingArrays()
    for segment in segments {
      back.append(segment)
      let again = Segment(
        start: segment.start, stop: segment.stop, times: segment.times, values: segment.values,
        ids: segment.ids)
      if again == nil { return "\(segment) is not valid" }
    }
    if back.times != readings.times { return "other times" }
    if back.ids != readings.ids { return "other ids" }
    let isSame = back.values.elementsEqual(readings.values) { $0.bitPattern == $1.bitPattern }
    return isSame ? nil : "other values"
  }

  /// - Parameter closeness: Bits by which times and ids are shifted, so that some are in one segment.
  private static func readings(_ bytes: UnsafeRawBufferPointer, closeness: Int64) -> ReadingArrays {
    var readings = ReadingArrays()
    for begin in stride(from: 0, through: bytes.count - size, by: size) {
      func number(_ place: Int) -> Int64 {
        Int64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: begin + 8 * place, as: Int64.self))
      }
      readings.times.append(number(0) >> closeness)
      let value = Double(bitPattern: UInt64(bitPattern: number(1)))
      // Half of them decimal fractions, which random bits never are.
      readings.values.append(
        number(1) & 1 == 0 ? value : Double(number(1) >> (32 + number(1) >> 1 & 15)) / 1000)
      readings.ids.append(number(2) >> 11 & (1 << 53 - 1) >> closeness)
    }
    return readings
  }
}
