internal import Time

/// Events at random intervals between a minimum and a maximum, each computed independently.
///
/// They are on an even grid with the mean of the two intervals as its period, each displaced by up to a
/// quarter of their difference. Neighbours are then at least the minimum and at most the maximum apart.
struct JitteredGrid: Sendable {
  /// Both in microseconds.
  private let period: Int64
  private let jitter: Int64
  private let shifts: RandomSequence

  init(_ gap: Rates.IntervalRange, _ shifts: RandomSequence) {
    period = Int64((gap.min + gap.max) / 2 * 1_000_000)
    jitter = Int64((gap.max - gap.min) / 4 * 1_000_000)
    self.shifts = shifts
  }

  /// The time of event `index`.
  func moment(_ index: Int64) -> Timestamp {
    window(index).lowerBound + shifts.below(2 * jitter + 1, index)
  }

  /// Wherever event `index` falls in this window, its intervals are within bounds.
  func window(_ index: Int64) -> ClosedRange<Timestamp> {
    let place = Timestamp(microseconds: index * period)
    return place + -jitter...place + jitter
  }

  /// The event whose window contains a time; windows do not overlap.
  func index(ofWindowAround time: Timestamp) -> Int64? {
    let index = (time.microseconds + period / 2).floorDivided(by: period).quotient
    return window(index).contains(time) ? index : nil
  }

  /// The last event at or before `time`.
  func index(at time: Timestamp) -> Int64 {
    // An event is displaced by less than a period.
    var index = time.microseconds.floorDivided(by: period).quotient + 1
    while moment(index) > time { index -= 1 }
    return index
  }
}
