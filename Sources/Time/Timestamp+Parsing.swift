extension Timestamp {
  /// Parses RFC 3339: a date and a time with `Z` or an offset, such as
  /// `2026-11-24T11:00:00.123456+01:00`. Digits beyond microseconds are dropped.
  ///
  /// A leap second, 23:59:60 UTC at the end of a month, becomes the first second of the next day, since
  /// POSIX time has no leap seconds.
  /// - Returns: Nil for anything else, and for a moment outside the years 0 to 9999 in UTC: every
  ///   parsed moment can be written by ``description``.
  public init?(_ text: some StringProtocol) {
    var fields = Fields(text)
    guard let year = fields.number(digits: 4), fields.skip("-"),
      let month = fields.number(digits: 2), fields.skip("-"), let day = fields.number(digits: 2),
      let date = CivilDate(year: year, month: month, day: day), fields.skip("T", "t"),
      let hour = fields.number(digits: 2), hour < 24, fields.skip(":"),
      let minute = fields.number(digits: 2), minute < 60, fields.skip(":"),
      let second = fields.number(digits: 2), second <= 60,
      let fraction = fields.fraction(), let offset = fields.offset(), fields.isAtEnd
    else { return nil }
    let seconds = ((date.daysSince1970 * 24 + hour) * 60 + minute) * 60 + second - offset
    guard second < 60 || Self.beginsMonth(seconds) else { return nil }
    microseconds = seconds * 1_000_000 + fraction
    guard (Self.earliest...Self.latest).contains(microseconds) else { return nil }
  }

  private static func beginsMonth(_ secondsSince1970: Int64) -> Bool {
    let (days, rest) = secondsSince1970.floorDivided(by: 86_400)
    return rest == 0 && CivilDate(daysSince1970: days).day == 1
  }
}

/// Parses a text from left to right.
private struct Fields {
  private var rest: Substring.UTF8View

  init(_ text: some StringProtocol) { rest = String(text)[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ characters: Unicode.Scalar...) -> Bool {
    guard let first = rest.first, characters.contains(Unicode.Scalar(first)) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(digits: Int) -> Int64? {
    var number: Int64 = 0
    for _ in 0..<digits {
      guard let digit = digit() else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  /// Microseconds; 0 without a fraction.
  mutating func fraction() -> Int64? {
    guard skip(".") else { return 0 }
    guard var number = digit() else { return nil }
    var digits = 1
    while let digit = digit() {
      if digits < 6 { number = number * 10 + digit }
      digits += 1
    }
    for _ in min(digits, 6)..<6 { number *= 10 }
    return number
  }

  /// Seconds east of UTC.
  mutating func offset() -> Int64? {
    if skip("Z", "z") { return 0 }
    let sign: Int64 = skip("+") ? 1 : skip("-") ? -1 : 0
    guard sign != 0, let hours = number(digits: 2), hours < 24, skip(":"),
      let minutes = number(digits: 2), minutes < 60
    else { return nil }
    return sign * (hours * 60 + minutes) * 60
  }

  private mutating func digit() -> Int64? {
    guard let first = rest.first, case let digit = Int64(first) - 0x30, (0...9).contains(digit)
    else { return nil }
    rest.removeFirst()
    return digit
  }
}
