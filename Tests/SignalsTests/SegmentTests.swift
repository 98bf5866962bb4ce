import Signals
import TestSupport
import Testing
import Time

@Suite struct SegmentTests {
  /// 2026-11-24T10:00:00Z
  private let noon: Int64 = 1_795_514_400_000_000

  private func encode(_ readings: ReadingArrays) throws -> [Segment] {
    var segments: [Segment] = []
    try Segment.encode(readings, into: &segments)
    return segments
  }

  private func encode(_ values: [Double]) throws -> [Segment.Values] {
    var readings = ReadingArrays()
    for (place, value) in values.enumerated() {
      let time = Timestamp(microseconds: noon + Int64(place))
      readings.append(time: time, value: value, id: Int64(place))
    }
    return try encode(readings).map(\.values)
  }

  private func encode(times: [Int64]) throws -> [Segment] {
    var readings = ReadingArrays()
    for (place, time) in times.enumerated() {
      readings.append(time: Timestamp(microseconds: time), value: 1, id: Int64(place))
    }
    return try encode(readings)
  }

  /// Every kind of times with every kind of values and ids.
  @Test(arguments: RandomReadings.Times.allCases, RandomReadings.Values.allCases)
  func readingsComeBackBitForBit(times: RandomReadings.Times, values: RandomReadings.Values) throws
  {
    var generator = SeededGenerator(seed: 17)
    for ids in RandomReadings.IDs.allCases {
      for count in [1, 2, 3, 10, .random(in: 1...1000, using: &generator)] {
        try check(RandomReadings.make(count, times, values, ids, &generator))
      }
    }
  }

  @Test(arguments: [RandomReadings.Values.tenths, .hundredths, .bits])
  func longSeriesComeBackBitForBit(values: RandomReadings.Values) throws {
    var generator = SeededGenerator(seed: 18)
    try check(RandomReadings.make(36_000, .even, values, .runs, &generator))
    try check(RandomReadings.make(36_000, .jittered, values, .consecutive, &generator))
  }

  private func check(_ readings: ReadingArrays) throws {
    var back = ReadingArrays()
    for segment in try encode(readings) {
      back.append(segment)
      // Its parts are a valid segment.
      let again = Segment(
        start: segment.start, stop: segment.stop, times: segment.times, values: segment.values,
        ids: segment.ids)
      #expect(again != nil)
    }
    #expect(back.times == readings.times)
    #expect(back.ids == readings.ids)
    #expect(back.values.map(\.bitPattern) == readings.values.map(\.bitPattern))
  }

  @Test func theFuzzersCorpusHolds() throws {
    for (name, bytes) in try FuzzCorpus.inputs(for: "segment") {
      let violation = bytes.withUnsafeBytes { Property.violation($0) }
      #expect(violation == nil, "\(name)")
    }
  }

  @Test func valuesTakeTheNarrowestArrayThatGivesThemBack() throws {
    #expect(try encode([231.5, 0, -3]) == [.int2([2315, 0, -30], scale: 10)])
    #expect(try encode([1, 0, 100]) == [.int2([1, 0, 100], scale: 1)])
    #expect(try encode([32_767, -32_767]) == [.int2([32_767, -32_767], scale: 1)])
    #expect(try encode([32_768]) == [.int4([32_768], scale: 1)])
    #expect(try encode([20.25, 40_000]) == [.int4([2025, 4_000_000], scale: 100)])
    #expect(try encode([2_147_483_647]) == [.int4([2_147_483_647], scale: 1)])
    #expect(try encode([0.000_000_001]) == [.int2([1], scale: 1_000_000_000)])
    for values in [
      [-0.0], [1, -0.0], [0.1 + 0.2], [Double.leastNonzeroMagnitude], [2_147_483_648],
      [0.1, 1_000_000_000],
      [1.0 / 3], [1e300], [1e-10], [.greatestFiniteMagnitude], [0.5, 0.1 + 0.7],
    ] as [[Double]] {
      let encoded = try encode(values)
      guard case .float8(let elements) = encoded.first else {
        Issue.record("\(values) became \(encoded)")
        continue
      }
      #expect(elements.map(\.bitPattern) == values.map(\.bitPattern))
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, .signalingNaN])
  func whatIsNotFiniteIsRefused(value: Double) throws {
    for values in [[value], [1, value], [0.3, 1.0 / 3, value], [value, 1]] as [[Double]] {
      #expect(throws: SegmentError.valueIsNotFinite) { try encode(values) }
    }
  }

  @Test func timesBeyondTheYearsOfRFC3339AreRefused() throws {
    for times in [[Int64.min], [Int64.max], [noon, Timestamp.latest + 1]] {
      #expect(throws: SegmentError.timeIsOutOfRange) { try encode(times: times) }
    }
  }

  @Test func evenTimesAreAStep() throws {
    #expect(try encode(times: [noon]).map(\.times) == [.even(step: 0)])
    #expect(try encode(times: [noon, noon]).map(\.times) == [.even(step: 0)])
    #expect(try encode(times: [noon, noon + 7]).map(\.times) == [.even(step: 7)])
    #expect(
      try encode(times: [noon, noon + 7, noon + 14, noon + 20]).map(\.times)
        == [.offsets([0, 7, 14, 20])])
  }

  @Test func segmentsAreCutAtHours() throws {
    let end = noon + Segment.hour
    let segments = try encode(times: [end - 2, end - 1, end, end + 1])
    #expect(segments.map(\.stop.microseconds) == [end - 1, end + 1])
    #expect(segments.map(\.ids.first) == [0, 2])
    // Before 1970 too.
    #expect(try encode(times: [-1, 0]).map(\.count) == [1, 1])
  }

  @Test func segmentsAreCutWhereOffsetsEnd() throws {
    let reach = Int64(Int32.max)
    #expect(try encode(times: [noon, noon + 1, noon + reach]).map(\.count) == [3])
    #expect(try encode(times: [noon, noon + 1, noon + reach + 1]).map(\.count) == [2, 1])
    // An even step is not bound by them.
    let minutes = (0..<60).map { noon + $0 * 60_000_000 }
    #expect(try encode(times: minutes).map(\.times) == [.even(step: 60_000_000)])
  }

  @Test func runsOfIDsAreRunsOfShifts() throws {
    var readings = ReadingArrays()
    for (place, id) in [5, 6, 7, 100, 101, 3].enumerated() {
      let time = Timestamp(microseconds: noon + Int64(place))
      readings.append(time: time, value: 1, id: Int64(id))
    }
    #expect(
      try encode(readings).map(\.ids) == [.init(first: 5, shifts: [0, 0, 0, 92, 92, -7])])
  }

  @Test func equalTimesAreInTheOrderOfIDs() throws {
    var readings = ReadingArrays()
    for (time, id) in [(2, 3), (1, 9), (2, 1), (1, 8)] as [(Int64, Int64)] {
      readings.append(time: Timestamp(microseconds: noon + time), value: 1, id: id)
    }
    readings.sort()
    #expect(readings.ids == [8, 9, 1, 3])
  }

  @Test func partsThatDoNotFitMakeNoSegment() {
    func make(
      _ span: Int64, _ times: Segment.Times, _ values: Segment.Values,
      _ ids: Segment.IDs = .init(first: 1)
    ) -> Segment? {
      Segment(
        start: Timestamp(microseconds: noon), stop: Timestamp(microseconds: noon + span),
        times: times, values: values, ids: ids)
    }
    let two = Segment.Values.int2([1, 2], scale: 1)
    #expect(make(5, .even(step: 5), two) != nil)
    #expect(make(6, .even(step: 5), two) == nil)
    #expect(make(-5, .even(step: -5), two) == nil)
    #expect(make(0, .even(step: 0), .int2([], scale: 1)) == nil)
    #expect(make(5, .offsets([0, 5]), two) != nil)
    #expect(make(5, .offsets([0, 4]), two) == nil)
    #expect(make(5, .offsets([0, 5, 5]), two) == nil)
    #expect(make(5, .offsets([0, 7, 5]), .float8([1, 2, 3])) == nil)
    #expect(make(Segment.hour, .even(step: .max), two) == nil)
    #expect(make(5, .even(step: 5), .int2([1, 2], scale: 0)) == nil)
    #expect(make(5, .even(step: 5), .float8([1, .infinity])) == nil)
    #expect(make(5, .even(step: 5), two, .init(first: .max)) == nil)
    #expect(make(5, .even(step: 5), two, .init(first: 1, shifts: [0])) == nil)
    #expect(make(5, .even(step: 5), two, .init(first: 1, shifts: [0, -3])) == nil)
    #expect(make(5, .even(step: 5), two, .init(first: 1, shifts: [0, -2])) != nil)
    #expect(make(5, .even(step: 5), two, .init(first: 1, shifts: [1, 1])) == nil)
  }
}
