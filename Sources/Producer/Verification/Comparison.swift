import Signals
import Time

/// Compares expected readings with stored ones, counted by machine and type.
struct Comparison: Sendable {
  struct Series: Hashable, Comparable, Sendable {
    var machine: Int32
    var type: Int16

    static func < (a: Series, b: Series) -> Bool {
      (a.machine, a.type) < (b.machine, b.type)
    }
  }

  /// Counts of readings; duplicates count once in `stored`, and each further time in `duplicates`.
  struct Tally: Equatable, Sendable {
    var expected = 0
    var stored = 0
    var missing = 0
    var duplicates = 0
    /// Stored with another value.
    var different = 0
    /// Stored at a time without an expected reading.
    var unexpected = 0

    /// Whether every expected reading is stored once, and nothing else is.
    var holds: Bool { missing == 0 && duplicates == 0 && different == 0 && unexpected == 0 }

    static func += (sum: inout Tally, other: Tally) {
      sum.expected += other.expected
      sum.stored += other.stored
      sum.missing += other.missing
      sum.duplicates += other.duplicates
      sum.different += other.different
      sum.unexpected += other.unexpected
    }
  }

  private(set) var tallies: [Series: Tally] = [:]

  var total: Tally { tallies.values.reduce(into: Tally()) { $0 += $1 } }

  /// Compares all expected with all stored readings of a period.
  ///
  /// Both are sorted in place, to save memory.
  mutating func compare(_ expected: inout [Reading], with found: inout [Reading]) {
    expected.sort(by: Comparison.precedes)
    found.sort(by: Comparison.precedes)
    var (e, f) = (0, 0)
    while e < expected.count || f < found.count {
      let place = Comparison.first(expected, e, found, f)
      let wanted = Comparison.run(of: place, expected, from: e)
      let stored = Comparison.run(of: place, found, from: f)
      tallies[Series(machine: place.machine, type: place.type), default: Tally()] +=
        Comparison.tally(expected[wanted], found[stored])
      (e, f) = (wanted.upperBound, stored.upperBound)
    }
  }

  /// The tally of one series at one time.
  private static func tally(_ expected: ArraySlice<Reading>, _ found: ArraySlice<Reading>) -> Tally
  {
    // The usual case.
    if expected.count == 1, found.count == 1, expected.first?.value == found.first?.value {
      return Tally(expected: 1, stored: 1)
    }
    var tally = Tally(expected: expected.count)
    var open = expected.map(\.value)
    var strays = 0
    for value in found.map(\.value) {
      if let index = open.firstIndex(of: value) {
        open.remove(at: index)
        tally.stored += 1
      } else if expected.contains(where: { $0.value == value }) {
        tally.duplicates += 1
      } else {
        strays += 1
      }
    }
    tally.different = min(open.count, strays)
    tally.missing = open.count - tally.different
    tally.unexpected = strays - tally.different
    return tally
  }

  private static func precedes(_ a: Reading, _ b: Reading) -> Bool {
    (a.machine, a.type, a.time.microseconds) < (b.machine, b.type, b.time.microseconds)
  }

  private static func isAtSamePlace(_ a: Reading, _ b: Reading) -> Bool {
    a.machine == b.machine && a.type == b.type && a.time == b.time
  }

  /// The earlier of the two next readings; there is at least one.
  private static func first(_ a: [Reading], _ i: Int, _ b: [Reading], _ j: Int) -> Reading {
    if i == a.count { return b[j] }
    if j == b.count { return a[i] }
    return precedes(b[j], a[i]) ? b[j] : a[i]
  }

  /// The range of readings at the same place as `place`, from an index on.
  private static func run(of place: Reading, _ readings: [Reading], from start: Int) -> Range<Int> {
    var end = start
    while end < readings.count, isAtSamePlace(readings[end], place) { end += 1 }
    return start..<end
  }
}
