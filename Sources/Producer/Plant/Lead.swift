import Signals

/// How far the machines' time is ahead of the time of day.
///
/// It never goes back: a clock that was wrong once has it go on ahead for good, across restarts.
enum Lead {
  /// Less is the daily work of clocks.
  static let tolerance: Int64 = 60_000_000

  /// In microseconds; 0 when it is not ahead by more than ``tolerance``.
  ///
  /// - Parameters:
  ///   - frontier: Where the stream ends.
  ///   - clocks: Of this machine, and of others that are known.
  static func of(_ frontier: Timestamp?, _ clocks: Timestamp...) -> Int64 {
    guard let frontier, let earliest = clocks.min() else { return 0 }
    let lead = frontier - earliest
    return lead > tolerance ? lead : 0
  }
}
