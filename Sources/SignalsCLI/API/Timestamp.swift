/// A moment; microseconds since 1970 UTC, as far as it was given.
struct Timestamp: Equatable {
  let seconds: Int
  /// 0 to 999,999.
  let microseconds: Int

  /// RFC 3339: `2026-11-24T10:00:00.123456Z`; digits past the microsecond are dropped.
  init?(_ text: String) {
    var fields = Fields(text)
    guard let year = fields.number(4), fields.skip("-"), let month = fields.number(2),
      fields.skip("-"), let day = fields.number(2), fields.skip("T", "t", " "),
      let hour = fields.number(2), fields.skip(":"), let minute = fields.number(2),
      fields.skip(":"), let second = fields.number(2), let microseconds = fields.fraction(),
      let offset = fields.offset(), fields.isAtEnd,
      (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = Self.daysSince1970(year, month, day)
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - offset
    self.microseconds = microseconds
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// Of the proleptic Gregorian calendar. Years begin in March here, so that a leap day is a
  /// year's last: https://howardhinnant.github.io/date_algorithms.html#days_from_civil
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension Timestamp: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let timestamp = Timestamp(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not RFC 3339")
    }
    self = timestamp
  }
}

/// Takes a text apart from the left.
private struct Fields {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number(_ digits: Int) -> Int? {
    let field = rest.prefix(digits)
    guard field.count == digits, field.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    rest = rest.dropFirst(digits)
    return Int(String(Substring(field)))
  }

  mutating func skip(_ characters: Unicode.Scalar...) -> Bool {
    guard let first = rest.first, characters.contains(Unicode.Scalar(first)) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Microseconds; 0 when there is no fraction.
  mutating func fraction() -> Int? {
    guard skip(".") else { return 0 }
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    rest = rest.dropFirst(digits.count)
    guard !digits.isEmpty else { return nil }
    let six = (digits + Array(repeating: 0x30, count: 6)).prefix(6)
    return six.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Seconds east of UTC.
  mutating func offset() -> Int? {
    if skip("Z", "z") { return 0 }
    let sign = skip("+") ? 1 : skip("-") ? -1 : 0
    guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours < 24,
      minutes < 60
    else { return nil }
    return sign * (hours * 60 + minutes) * 60
  }
}
