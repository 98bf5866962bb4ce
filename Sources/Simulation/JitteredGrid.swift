internal import Time

/// Moments at random distances between a shortest and a longest, each found without the one before.
///
/// They stand on an even grid whose period is the middle of the two distances, and each is moved
/// by up to a quarter of the distances' difference. Two neighbours are then at least the shortest
/// and at most the longest distance apart.
struct JitteredGrid: Sendable {
  /// Both in microseconds.
  private let period: Int64
  private let jitter: Int64
  private let shifts: RandomSequence

  init(_ gap: Rates.Gap, _ shifts: RandomSequence) {
    period = Int64((gap.min + gap.max) / 2 * 1_000_000)
    jitter = Int64((gap.max - gap.min) / 4 * 1_000_000)
    self.shifts = shifts
  }

  /// When event `index` happens.
  func moment(_ index: Int64) -> Timestamp {
    window(index).lowerBound + shifts.below(2 * jitter + 1, index)
  }

  /// Wherever event `index` is put in here, its neighbours are as far away as they should be.
  func window(_ index: Int64) -> ClosedRange<Timestamp> {
    let place = Timestamp(microseconds: index * period)
    return place + -jitter...place + jitter
  }

  /// The event in whose window a moment is; windows do not overlap.
  func index(ofWindowAround time: Timestamp) -> Int64? {
    let index = (time.microseconds + period / 2).floorDivided(by: period).quotient
    return window(index).contains(time) ? index : nil
  }

  /// The last event at or before `time`.
  func index(at time: Timestamp) -> Int64 {
    // An event is less than a period away from its place.
    var index = time.microseconds.floorDivided(by: period).quotient + 1
    while moment(index) > time { index -= 1 }
    return index
  }
}
