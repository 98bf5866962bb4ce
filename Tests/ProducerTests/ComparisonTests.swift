import Signals
import TestSupport
import Testing
import Time

@testable import Producer

@Suite struct ComparisonTests {
  private func reading(_ machine: Int32, _ microseconds: Int64, _ value: Double = 1) -> Reading {
    Reading(machine: machine, type: 1, value: value, time: Timestamp(microseconds: microseconds))
  }

  private func compare(_ expected: [Reading], _ found: [Reading]) -> Comparison {
    var comparison = Comparison()
    var (expected, found) = (expected, found)
    comparison.compare(&expected, with: &found)
    return comparison
  }

  @Test func whatIsThereInAnyOrderHolds() {
    let readings = (0..<100).map { reading($0 % 3, Int64($0)) }
    let tally = compare(readings, readings.reversed()).total
    #expect(tally == .init(expected: 100, stored: 100) && tally.holds)
    #expect(compare([], []).total.holds)
  }

  @Test func eachFaultIsCountedWhereItIs() {
    let expected = [
      reading(0, 1), reading(0, 2), reading(1, 1, 5), reading(1, 2), reading(2, 1), reading(2, 2),
    ]
    let found = [
      // One is missing of the first machine, one of the second has another value,
      reading(0, 2), reading(1, 1, 6), reading(1, 2),
      // one of the third is there three times, and one more at no moment of its own.
      reading(2, 1), reading(2, 1), reading(2, 1), reading(2, 2), reading(2, 9),
    ]
    let tallies = compare(expected, found).tallies
    #expect(tallies[.init(machine: 0, type: 1)] == .init(expected: 2, stored: 1, missing: 1))
    #expect(tallies[.init(machine: 1, type: 1)] == .init(expected: 2, stored: 1, different: 1))
    #expect(
      tallies[.init(machine: 2, type: 1)]
        == .init(expected: 2, stored: 2, duplicates: 2, unexpected: 1))
    #expect(tallies.values.allSatisfy { !$0.holds })
  }

  @Test func severalReadingsOfOneMomentAreToldApartByTheirValues() {
    let expected = [reading(0, 1, 7), reading(0, 1, 8), reading(0, 1, 8)]
    #expect(compare(expected, expected.reversed()).total.holds)
    let tally = compare(expected, [reading(0, 1, 8), reading(0, 1, 7), reading(0, 1, 7)]).total
    #expect(tally == .init(expected: 3, stored: 2, missing: 1, duplicates: 1))
  }

  /// Damage of every kind, counted while it is done.
  @Test func randomDamageIsCountedExactly() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      let expected = (0..<300).map { reading(Int32($0 % 7), Int64($0), Double($0)) }
      var damage = Comparison.Tally(expected: 300)
      let found = expected.flatMap { original -> [Reading] in
        switch Int.random(in: 0..<20, using: &generator) {
        case 0:
          damage.missing += 1
          return []
        case 1:
          damage.stored += 1
          damage.duplicates += 2
          return [original, original, original]
        case 2:
          damage.different += 1
          var other = original
          other.value = -1
          return [other]
        case 3:
          damage.stored += 1
          damage.unexpected += 1
          var other = original
          other.time = other.time + 100_000
          return [original, other]
        default:
          damage.stored += 1
          return [original]
        }
      }
      #expect(compare(expected, found.shuffled(using: &generator)).total == damage)
    }
  }
}
