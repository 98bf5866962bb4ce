import Signals

/// How regularly something comes, and with that for how long its absence says nothing.
struct Rhythm {
  /// What is late by less may be on its way: readings come in batches.
  private static let leastPatience: Int64 = 5_000_000
  private static let memory = 20

  private(set) var newest: Timestamp?
  /// The last ones from one moment to the next, in microseconds.
  private var steps: [Int64] = []

  /// - Parameters:
  ///   - times: In order.
  ///   - isBehindGap: Whether something before them is not known.
  mutating func take(_ times: [Timestamp], isBehindGap: Bool) {
    var last = isBehindGap ? nil : newest
    // What was before the last ones is forgotten at once.
    for time in times.suffix(Self.memory + 1) {
      if let last, time > last { steps.append(time - last) }
      last = max(time, last ?? time)
    }
    steps.removeFirst(max(0, steps.count - Self.memory))
    newest = [newest, times.last].compactMap(\.self).max()
  }

  /// How long nothing may come before it is missed: ten times as long as the longest of the last steps;
  /// nil when that is not known.
  var patience: Int64? { steps.max().map { max(Self.leastPatience, 10 * min($0, .max / 10)) } }
}
