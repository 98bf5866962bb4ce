import Time

/// How far simulated time is ahead of the clock.
///
/// Simulated time never goes back: after a clock error it stays ahead, across restarts.
enum ClockLead {
  /// Smaller differences are normal clock adjustments.
  static let tolerance: Int64 = 60_000_000

  /// The lead in microseconds; 0 unless greater than ``tolerance``.
  ///
  /// - Parameters:
  ///   - frontier: The end of the simulated stream.
  ///   - clocks: The current time by this machine's clock, and by others where known.
  static func of(_ frontier: Timestamp?, _ clocks: Timestamp...) -> Int64 {
    guard let frontier, let earliest = clocks.min() else { return 0 }
    let lead = frontier - earliest
    return lead > tolerance ? lead : 0
  }
}
