import Glibc
import Signals

/// How a moment is shown to a person: `2026-11-24 11:00:00.123456 +01:00`.
enum TimeStyle {
  /// The time zone of the machine, or of TZ.
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

  /// The same, each shorter than the one before: without the date of today, without the zone, in
  /// milliseconds, and in seconds. The day stays where it is another one.
  func forms(_ timestamp: Timestamp, now: Timestamp = .now) -> [String] {
    let whole = text(timestamp)
    let isToday = text(timestamp, "%Y-%m-%d") == text(now, "%Y-%m-%d")
    // 2026-11-24 11:00:00.123456 +01:00
    let zoned = whole.dropFirst(isToday ? 11 : 5)
    let day = isToday ? 0 : 6
    return [whole, String(zoned)]
      + [day + 15, day + 12, day + 8].map { String(zoned.prefix($0)) }
  }

  /// How far the zone's clocks are ahead of UTC, in microseconds.
  func offset(at time: Timestamp) -> Int64 {
    let text = text(time, "%z")
    // +0530
    guard let number = Int64(text) else { return 0 }
    return (number / 100 * 60 + number % 100) * 60_000_000
  }

  /// What strftime makes of a time in this zone.
  func text(_ time: Timestamp, _ pattern: String) -> String {
    format(time.microseconds.floorDivided(by: 1_000_000).quotient, pattern)
  }

  /// - Parameter seconds: Since 1970.
  ///
  /// The `tm` is memory and not a value: its members are declared once more by whatever C library
  /// includes `time.h`, and which of them the compiler means depends on the order of imports.
  private func format(_ seconds: Int64, _ pattern: String) -> String {
    var seconds = time_t(seconds)
    return withUnsafeTemporaryAllocation(of: tm.self, capacity: 1) { parts in
      switch self {
      case .local:
        // Unlike localtime, localtime_r need not look at TZ by itself.
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
