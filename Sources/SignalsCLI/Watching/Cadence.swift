import SignalsAPI
import Time

/// How regularly readings arrive, and so after which time they are overdue.
struct Cadence {
  /// Readings arrive in batches and may be late by this much.
  private static let minTimeout: Int64 = 5_000_000
  private static let memory = 20

  private(set) var newest: Timestamp?
  /// The last intervals, in microseconds.
  private var steps: [Int64] = []

  /// - Parameters:
  ///   - times: In order.
  ///   - isBehindGap: Whether readings before them are missing.
  mutating func take(_ times: [Timestamp], isBehindGap: Bool) {
    var last = isBehindGap ? nil : newest
    // Only the last ones matter.
    for time in times.suffix(Self.memory + 1) {
      if let last, time > last { steps.append(time - last) }
      last = max(time, last ?? time)
    }
    steps.removeFirst(max(0, steps.count - Self.memory))
    newest = [newest, times.last].compactMap(\.self).max()
  }

  /// The time after which readings are overdue: ten times the longest recent interval; nil when unknown.
  var timeout: Int64? { steps.max().map { max(Self.minTimeout, 10 * min($0, .max / 10)) } }
}
