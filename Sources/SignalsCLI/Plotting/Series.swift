import SignalsAPI
import Time

/// The readings of one machine, oldest first.
struct Series: Equatable {
  let machine: String
  let readings: [Reading]
  /// The time of its last reading of any type, once it has gone silent; nil until then.
  var silentSince: Timestamp?

  var isSilent: Bool { silentSince != nil }

  /// One series per machine, machine-2 before machine-10.
  static func all(of readings: [Reading]) -> [Series] {
    Dictionary(grouping: readings, by: \.machine)
      .map { machine, readings in
        Series(
          machine: machine,
          readings: readings.sorted { ($0.timestamp, $0.id) < ($1.timestamp, $1.id) })
      }
      .sorted { ($0.machine.count, $0.machine) < ($1.machine.count, $1.machine) }
  }

  /// The readings split at gaps, which a line must not bridge.
  ///
  /// A gap is longer than ten times the median interval.
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
    // Not sum / count: the sum may overflow.
    let mean = values.reduce(0) { $0 + $1 / Double(values.count) }
    return (min, Swift.min(Swift.max(mean, min), max), max)
  }
}
