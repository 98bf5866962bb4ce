import Signals

/// What one machine gave off, the oldest first.
struct Series: Equatable {
  let machine: String
  let readings: [Reading]
  /// Its last sign of life, of whatever type; nil while it is not known to have gone silent. What it
  /// does after that is not known.
  var silentSince: Timestamp?

  var isSilent: Bool { silentSince != nil }

  /// One for each machine, machine-2 before machine-10.
  static func all(of readings: [Reading]) -> [Series] {
    Dictionary(grouping: readings, by: \.machine)
      .map { machine, readings in
        Series(
          machine: machine,
          readings: readings.sorted { ($0.timestamp, $0.id) < ($1.timestamp, $1.id) })
      }
      .sorted { ($0.machine.count, $0.machine) < ($1.machine.count, $1.machine) }
  }

  /// The readings in stretches without a gap: a line over a gap would show what nobody measured.
  ///
  /// A gap is ten times as long as the time from one reading to the next is as a rule.
  var stretches: [ArraySlice<Reading>] {
    let steps = zip(readings, readings.dropFirst()).map { $1.timestamp - $0.timestamp }
    guard !steps.isEmpty else { return [readings[...]] }
    let longest = 10 * max(1, steps.sorted()[steps.count / 2])
    var (stretches, start): ([ArraySlice<Reading>], Int) = ([], 0)
    for (index, step) in steps.enumerated() where step > longest {
      stretches.append(readings[start...index])
      start = index + 1
    }
    return stretches + [readings[start...]]
  }

  /// nil when there are no readings.
  var summary: (min: Double, mean: Double, max: Double)? {
    let values = readings.map(\.value)
    guard let min = values.min(), let max = values.max() else { return nil }
    // Each a part of the mean: the sum may be more than a Double holds.
    let mean = values.reduce(0) { $0 + $1 / Double(values.count) }
    return (min, Swift.min(Swift.max(mean, min), max), max)
  }
}
