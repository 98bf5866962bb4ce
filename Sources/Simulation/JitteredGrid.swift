internal import Signals

/// Moments at random distances between a shortest and a longest, each found without the one before.
///
/// They stand on an even grid whose period is the middle of the two distances, and each is moved
/// by up to a quarter of the distances' difference. Two neighbours are then at least the shortest
/// and at most the longest distance apart.
struct JitteredGrid {
  private let randomness: Randomness
  private let purpose: Randomness.Purpose
  private let period: Int64
  private let jitter: Double

  init(_ gap: Rates.Gap, _ randomness: Randomness, _ purpose: Randomness.Purpose) {
    self.randomness = randomness
    self.purpose = purpose
    period = Int64((gap.min + gap.max) / 2 * 1_000_000)
    jitter = (gap.max - gap.min) / 4 * 1_000_000
  }

  /// When event `index` happens.
  func moment(_ index: Int64) -> Timestamp {
    let shift = (randomness.unit(purpose, index) * 2 - 1) * jitter
    return Timestamp(microseconds: index * period + Int64(shift))
  }

  /// The first event at or after `time`.
  func firstIndex(from time: Timestamp) -> Int64 {
    // An event is less than a period away from its place on the grid.
    var index = time.microseconds.floorDivided(by: period).quotient - 1
    while moment(index) < time { index += 1 }
    return index
  }
}
