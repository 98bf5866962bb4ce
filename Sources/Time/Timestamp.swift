/// A moment in microseconds since 1970-01-01T00:00:00Z, as PostgreSQL stores it.
public struct Timestamp: Hashable, Comparable, Sendable {
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

  /// The microseconds from `other` to `a`.
  public static func - (a: Timestamp, other: Timestamp) -> Int64 {
    a.microseconds - other.microseconds
  }

  public static func + (a: Timestamp, microseconds: Int64) -> Timestamp {
    Timestamp(microseconds: a.microseconds + microseconds)
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC with microseconds, as in `2026-11-24T10:00:00.123456Z`.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the 27 bytes of ``description``.
  ///
  /// Clamped to the years 0 to 9999, the range of RFC 3339.
  public func append(to bytes: inout [UInt8]) {
    let held = min(max(microseconds, Timestamp.earliest), Timestamp.latest)
    let (days, rest) = held.floorDivided(by: 86_400_000_000)
    let date = CivilDate(daysSince1970: days)
    let seconds = rest / 1_000_000
    bytes.append(digits: date.year, count: 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(digits: date.month, count: 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(digits: date.day, count: 2)
    bytes.append(UInt8(ascii: "T"))
    bytes.append(digits: seconds / 3600, count: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(digits: seconds / 60 % 60, count: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(digits: seconds % 60, count: 2)
    bytes.append(UInt8(ascii: "."))
    bytes.append(digits: rest % 1_000_000, count: 6)
    bytes.append(UInt8(ascii: "Z"))
  }

  /// 0000-01-01T00:00:00.000000Z
  public static let earliest: Int64 = -62_167_219_200_000_000
  /// 9999-12-31T23:59:59.999999Z
  public static let latest: Int64 = 253_402_300_799_999_999
}

extension Int64 {
  /// The quotient rounded down, and the non-negative remainder.
  public func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

extension [UInt8] {
  /// Appends the last `count` decimal digits of a non-negative number.
  mutating func append(digits value: Int64, count: Int) {
    let start = self.count
    append(contentsOf: repeatElement(UInt8(ascii: "0"), count: count))
    var rest = value
    for index in stride(from: start + count - 1, through: start, by: -1) {
      self[index] += UInt8(rest % 10)
      rest /= 10
    }
  }
}
