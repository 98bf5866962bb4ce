import Signals
import TestSupport
import Testing
import Time

@Suite struct SegmentEncoderTests {
  /// 2026-11-24T10:00:00Z
  private let noon: Int64 = 1_795_514_400_000_000

  private func reading(_ machine: Int32, _ type: Int16, _ value: Double, _ offset: Int64) -> Reading
  {
    Reading(
      machine: machine, type: type, value: value, time: Timestamp(microseconds: noon + offset))
  }

  /// In any order, with equal times and late readings.
  @Test(arguments: 0..<200) func aBatchComesBack(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var encoder = SegmentEncoder()
    // Its memory is reused.
    for _ in 0..<3 {
      let machines = Int32.random(in: 1...20, using: &generator)
      let batch = (0..<Int.random(in: 0...500, using: &generator)).map { place in
        let values = RandomReadings.Values.allCases.randomElement(using: &generator)!
        return reading(
          .random(in: 0..<machines, using: &generator), .random(in: 0...2, using: &generator),
          RandomReadings.value(values, place, &generator),
          10_000 * .random(in: -1_000_000...50, using: &generator))
      }
      var segments: [SegmentEncoder.Output] = []
      try encoder.encode(batch, into: &segments)

      var back: [(id: Int64, reading: Reading)] = []
      var readings = ReadingArrays()
      for output in segments {
        readings.removeAll()
        readings.append(output.segment)
        for place in 0..<readings.count {
          back.append(
            (
              readings.ids[place],
              Reading(
                machine: output.machine, type: output.type, value: readings.values[place],
                time: Timestamp(microseconds: readings.times[place]))
            ))
        }
      }
      #expect(back.map(\.id) == Array(0..<Int64(batch.count)))
      // Each machine and type by time, and equal times in the order of the batch.
      let expected = Dictionary(grouping: batch) { Series(machine: $0.machine, type: $0.type) }
        .mapValues { readings in
          readings.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map { ($0.element.time, $0.element.value.bitPattern) }
        }
      let found = Dictionary(grouping: back.map(\.reading)) {
        Series(machine: $0.machine, type: $0.type)
      }.mapValues { $0.map { ($0.time, $0.value.bitPattern) } }
      #expect(found.keys == expected.keys)
      for (series, readings) in expected {
        #expect(found[series]!.elementsEqual(readings) { $0 == $1 })
      }
    }
  }

  private struct Series: Hashable {
    let machine: Int32
    let type: Int16
  }

  @Test func aBatchOfAMachineIsASegmentATypeInTheOrderOfComing() throws {
    var segments: [SegmentEncoder.Output] = []
    var encoder = SegmentEncoder()
    try encoder.encode(
      [
        reading(3, 1, 230.1, 0), reading(3, 0, 1, 5), reading(3, 1, 230.2, 10_000),
        reading(1, 1, 7, 0),
      ], into: &segments)
    #expect(segments.map(\.machine) == [3, 3, 1])
    #expect(segments.map(\.type) == [1, 0, 1])
    #expect(segments.map(\.segment.ids.first) == [0, 2, 3])
    #expect(segments[0].segment.values == .int2([2301, 2302], scale: 10))
  }

  @Test func aBatchWithAReadingThatIsNoneIsRefusedWhole() throws {
    var segments: [SegmentEncoder.Output] = []
    var encoder = SegmentEncoder()
    #expect(throws: SegmentError.valueIsNotFinite) {
      try encoder.encode([reading(0, 1, 1, 0), reading(1, 1, .nan, 0)], into: &segments)
    }
    #expect(segments.isEmpty)
  }
}
