import Time

/// The clock of the machines: follows the system clock, but never goes back.
///
/// It runs on the monotonic clock. When the system clock is set forward, it jumps along; when it is set
/// back, it continues steadily, so that no moment occurs twice.
struct SimulationClock {
  /// A step of the system clock.
  enum Step: Equatable {
    case none
    /// Ahead of the expected time by so many microseconds; this clock has followed.
    case forward(Int64)
    /// Behind by so many microseconds; this clock has not followed.
    case back(Int64)
  }

  /// Smaller differences are normal adjustments by a time daemon.
  private static let tolerance: Int64 = 1_000_000

  private var origin: Timestamp
  private var start: ContinuousClock.Instant
  private var isBehind = false

  init(timeOfDay: Timestamp, at instant: ContinuousClock.Instant) {
    origin = timeOfDay
    start = instant
  }

  func now(_ instant: ContinuousClock.Instant) -> Timestamp {
    origin + Int64((instant - start) / .microseconds(1))
  }

  /// The instant at which this clock shows `time`.
  func instant(of time: Timestamp) -> ContinuousClock.Instant {
    start + .microseconds(time - origin)
  }

  /// Compares with the system clock; a step back is reported once.
  mutating func observe(timeOfDay: Timestamp, at instant: ContinuousClock.Instant) -> Step {
    let difference = timeOfDay - now(instant)
    if difference > SimulationClock.tolerance {
      self = SimulationClock(timeOfDay: timeOfDay, at: instant)
      return .forward(difference)
    }
    let wasBehind = isBehind
    isBehind = difference < -SimulationClock.tolerance
    return isBehind && !wasBehind ? .back(-difference) : .none
  }
}
