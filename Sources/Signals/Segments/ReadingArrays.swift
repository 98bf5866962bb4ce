public import Time

/// Readings of one machine and type as parallel arrays, the decoded form of segments.
public struct ReadingArrays: Hashable, Sendable {
  /// Microseconds since 1970 UTC.
  public var times: [Int64] = []
  public var values: [Double] = []
  public var ids: [Int64] = []

  public init() {}

  public var count: Int { times.count }

  /// Removes all readings and keeps the capacity.
  public mutating func removeAll() {
    times.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
  }

  public mutating func append(time: Timestamp, value: Double, id: Int64) {
    times.append(time.microseconds)
    values.append(value)
    ids.append(id)
  }

  /// Sorts into the order of a segment: by time, then by id.
  public mutating func sort() {
    guard !isOrdered else { return }
    let places = times.indices.sorted {
      (times[$0], ids[$0], $0) < (times[$1], ids[$1], $1)
    }
    times = places.map { times[$0] }
    values = places.map { values[$0] }
    ids = places.map { ids[$0] }
  }

  private var isOrdered: Bool {
    for place in times.indices.dropFirst() {
      let before = place - 1
      if times[before] > times[place]
        || times[before] == times[place] && ids[before] > ids[place]
      {
        return false
      }
    }
    return true
  }
}

extension ReadingArrays {
  /// Appends the readings of a segment.
  public mutating func append(_ segment: Segment) {
    let count = segment.count
    appendTimes(segment, count)
    switch segment.values {
    case .int2(let elements, let scale): append(elements, scale)
    case .int4(let elements, let scale): append(elements, scale)
    case .float8(let elements): values.append(contentsOf: elements)
    }
    let first = segment.ids.first
    if let shifts = segment.ids.shifts {
      for (place, shift) in shifts.enumerated() { ids.append(first + Int64(place) + Int64(shift)) }
    } else {
      ids.append(contentsOf: first..<first + Int64(count))
    }
  }

  private mutating func appendTimes(_ segment: Segment, _ count: Int) {
    let start = segment.start.microseconds
    switch segment.times {
    case .even(let step):
      for place in 0..<Int64(count) { times.append(start + place * Int64(step)) }
    case .offsets(let offsets):
      for offset in offsets { times.append(start + Int64(offset)) }
    }
  }

  /// Divides: multiplying by 0.1, which no double represents, would give other bits.
  @inline(__always)
  private mutating func append(_ elements: [some FixedWidthInteger], _ scale: Int32) {
    let scale = Double(scale)
    values.reserveCapacity(values.count + elements.count)
    for element in elements { values.append(Double(element) / scale) }
  }
}
