import Signals

/// The time that the machines live by: the time of day, but it never goes back.
///
/// It follows the monotonic clock from the time of day at which it was set. When somebody sets the
/// time of day forward it follows with a leap. When it is set back it goes on evenly: no moment
/// comes twice.
struct PlantClock {
  /// What the time of day has done.
  enum Step: Equatable {
    case none
    /// It is this many microseconds ahead of what was expected; the clock has followed.
    case forward(Int64)
    /// It is this many microseconds behind; the clock has not followed.
    case back(Int64)
  }

  /// Smaller differences are the daily work of a time daemon.
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

  /// When it will be `time`.
  func instant(of time: Timestamp) -> ContinuousClock.Instant {
    start + .microseconds(time - origin)
  }

  /// Compares with the time of day; a step back is told once.
  mutating func observe(timeOfDay: Timestamp, at instant: ContinuousClock.Instant) -> Step {
    let difference = timeOfDay - now(instant)
    if difference > PlantClock.tolerance {
      self = PlantClock(timeOfDay: timeOfDay, at: instant)
      return .forward(difference)
    }
    let wasBehind = isBehind
    isBehind = difference < -PlantClock.tolerance
    return isBehind && !wasBehind ? .back(-difference) : .none
  }
}
