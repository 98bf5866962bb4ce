import Glibc
import Time

/// How times are shown to a person: `2026-11-24 11:00:00.123456 +01:00`.
enum TimeStyle {
  /// The local time zone, or that of TZ.
  case local
  case utc

  func text(_ timestamp: Timestamp) -> String {
    let (seconds, microseconds) = timestamp.microseconds.floorDivided(by: 1_000_000)
    let fraction = String(microseconds + 1_000_000).dropFirst()
    // …+0100
    let moment = format(seconds, "%Y-%m-%d %H:%M:%S%z")
    return
      "\(moment.dropLast(5)).\(fraction) \(moment.suffix(5).prefix(3)):\(moment.suffix(2))"
  }

  /// The full form and ever shorter ones: without year or today's date, without zone, in milliseconds, in
  /// seconds.
  func forms(_ timestamp: Timestamp, now: Timestamp = .now) -> [String] {
    let whole = text(timestamp)
    let isToday = text(timestamp, "%Y-%m-%d") == text(now, "%Y-%m-%d")
    // 2026-11-24 11:00:00.123456 +01:00
    let zoned = whole.dropFirst(isToday ? 11 : 5)
    let day = isToday ? 0 : 6
    return [whole, String(zoned)]
      + [day + 15, day + 12, day + 8].map { String(zoned.prefix($0)) }
  }

  /// The zone's offset from UTC, in microseconds.
  func offset(at time: Timestamp) -> Int64 {
    let text = text(time, "%z")
    // +0530
    guard let number = Int64(text) else { return 0 }
    return (number / 100 * 60 + number % 100) * 60_000_000
  }

  /// Formats a time in this zone. The corresponding C function is `strftime`.
  func text(_ time: Timestamp, _ pattern: String) -> String {
    format(time.microseconds.floorDivided(by: 1_000_000).quotient, pattern)
  }

  /// - Parameter seconds: Since 1970.
  ///
  /// The `tm` is allocated memory, not a value: every C module that includes `time.h` declares its members
  /// anew, and which of them the compiler picks depends on the order of imports.
  private func format(_ seconds: Int64, _ pattern: String) -> String {
    var seconds = time_t(seconds)
    return withUnsafeTemporaryAllocation(of: tm.self, capacity: 1) { parts in
      switch self {
      case .local:
        // Unlike localtime, localtime_r need not read TZ.
        tzset()
        localtime_r(&seconds, parts.baseAddress)
      case .utc:
        gmtime_r(&seconds, parts.baseAddress)
      }
      return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
        let count = strftime(text.baseAddress, text.count, pattern, parts.baseAddress)
        return String(decoding: UnsafeRawBufferPointer(text)[..<count], as: UTF8.self)
      }
    }
  }
}
