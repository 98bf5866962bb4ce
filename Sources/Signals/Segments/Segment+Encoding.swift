internal import Time

/// Why readings cannot be encoded.
public enum SegmentError: Error, Hashable, Sendable {
  /// NaN or infinite.
  case valueIsNotFinite
  /// Outside the years 0 to 9999.
  case timeIsOutOfRange
}

extension Segment {
  /// Encodes readings of one machine and type: one segment an hour of UTC, more only where offsets or
  /// shifts of ids would overflow.
  ///
  /// - Parameter readings: In the order of ``ReadingArrays/sort()``; ids from 0 to below 2^53.
  /// - Throws: ``SegmentError``; nothing is appended then.
  public static func encode(_ readings: borrowing ReadingArrays, into segments: inout [Segment])
    throws(SegmentError)
  {
    let count = readings.count
    precondition(readings.values.count == count && readings.ids.count == count)
    let before = segments.count
    let outcome: Result<Void, SegmentError> = readings.times.withUnsafeBufferPointer { times in
      readings.values.withUnsafeBufferPointer { values in
        readings.ids.withUnsafeBufferPointer { ids in
          do throws(SegmentError) {
            return .success(try encode(times, values, .given(ids)) { segments.append($0) })
          } catch {
            return .failure(error)
          }
        }
      }
    }
    if case .failure = outcome { segments.removeSubrange(before...) }
    try outcome.get()
  }

  /// The ids of the readings to encode.
  enum SourceIDs {
    case consecutive(from: Int64)
    case given(UnsafeBufferPointer<Int64>)
  }

  /// Calls `body` with each segment.
  static func encode(
    _ times: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>, _ ids: SourceIDs,
    _ body: (Segment) -> Void
  ) throws(SegmentError) {
    guard let first = times.first, let last = times.last else { return }
    guard Timestamp.encodable.contains(first), Timestamp.encodable.contains(last) else {
      throw .timeIsOutOfRange
    }
    var begin = 0
    while begin < times.count {
      var end = endOfHour(times, from: begin)
      end = ids.endOfReach(begin..<end)
      let step = evenStep(times, begin..<end)
      if step == nil { end = endOfReach(times, begin..<end) }
      let places = begin..<end
      guard let encoded = Values.narrowest(UnsafeBufferPointer(rebasing: values[places])) else {
        throw .valueIsNotFinite
      }
      let encodedTimes = step.map { Times.even(step: $0) } ?? encodedTimes(times, places)
      body(
        Segment(
          unchecked: Timestamp(microseconds: times[begin]),
          Timestamp(microseconds: times[end - 1]), encodedTimes, encoded, ids.encoded(places)))
      begin = end
    }
  }

  /// The place of the first reading of the next hour.
  private static func endOfHour(_ times: UnsafeBufferPointer<Int64>, from begin: Int) -> Int {
    let bound = Timestamp(microseconds: times[begin]).endOfHour
    if times[times.count - 1] < bound { return times.count }
    return firstPlace(begin..<times.count) { times[$0] >= bound }
  }

  /// The first place whose offset does not fit an `int4`, after some 36 minutes.
  private static func endOfReach(_ times: UnsafeBufferPointer<Int64>, _ places: Range<Int>) -> Int {
    let bound = times[places.lowerBound] + Int64(Int32.max)
    if times[places.upperBound - 1] <= bound { return places.upperBound }
    return firstPlace(places) { times[$0] > bound }
  }

  /// The first place that meets a condition which all later places meet.
  private static func firstPlace(_ places: Range<Int>, _ condition: (Int) -> Bool) -> Int {
    var (low, high) = (places.lowerBound, places.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if condition(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Microseconds between neighbours; nil if they differ.
  private static func evenStep(_ times: UnsafeBufferPointer<Int64>, _ places: Range<Int>) -> Int32?
  {
    guard places.count > 1 else { return 0 }
    let step = times[places.lowerBound + 1] - times[places.lowerBound]
    for place in places.lowerBound + 2..<max(places.upperBound, places.lowerBound + 2)
    where times[place] - times[place - 1] != step {
      return nil
    }
    return Int32(exactly: step)
  }

  /// Even if cutting at the reach of offsets has left an even part.
  private static func encodedTimes(
    _ times: UnsafeBufferPointer<Int64>, _ places: Range<Int>
  ) -> Times {
    if let step = evenStep(times, places) { return .even(step: step) }
    let start = times[places.lowerBound]
    return .offsets(
      [Int32](unsafeUninitializedCapacity: places.count) { buffer, count in
        for place in places {
          buffer.initializeElement(
            at: place - places.lowerBound, to: Int32(truncatingIfNeeded: times[place] - start))
        }
        count = places.count
      })
  }
}

extension Segment.SourceIDs {
  /// The difference between the id at a place and the consecutive one.
  @inline(__always)
  private static func shift(
    _ ids: UnsafeBufferPointer<Int64>, _ place: Int, since first: Int
  ) -> Int64 {
    ids[place] - ids[first] - Int64(place - first)
  }

  /// The first place whose shift does not fit an `int4`.
  fileprivate func endOfReach(_ places: Range<Int>) -> Int {
    guard case .given(let ids) = self else { return places.upperBound }
    return places.first {
      Int32(exactly: Self.shift(ids, $0, since: places.lowerBound)) == nil
    } ?? places.upperBound
  }

  fileprivate func encoded(_ places: Range<Int>) -> Segment.IDs {
    switch self {
    case .consecutive(let first): return Segment.IDs(first: first + Int64(places.lowerBound))
    case .given(let ids):
      let first = ids[places.lowerBound]
      if places.allSatisfy({ Self.shift(ids, $0, since: places.lowerBound) == 0 }) {
        return Segment.IDs(first: first)
      }
      return Segment.IDs(
        first: first,
        shifts: places.map {
          Int32(truncatingIfNeeded: Self.shift(ids, $0, since: places.lowerBound))
        })
    }
  }
}
