internal import Time

/// Encodes the readings of a batch as segments, and reuses its memory for the next.
///
/// Readings may be in any order. Segments are in the order in which each machine and type first occurs;
/// equal times keep the order of the batch. Ids count through the segments from 0: the writer adds the
/// start of its block.
public struct SegmentEncoder: Sendable {
  /// A segment with the producer's own numbers of its machine and type.
  public struct Output: Hashable, Sendable {
    public let machine: Int32
    public let type: Int16
    public var segment: Segment
  }

  /// The readings of one machine and type, as a linked list.
  private struct Group {
    let machine: Int32
    let type: Int16
    let first: Int32
    var last: Int32
  }

  private var groups: [Group] = []
  /// Keys combine machine and type.
  private var groupsByKey: [Int64: Int] = [:]
  /// The next reading of the same group; -1 after the last.
  private var next: [Int32] = []
  private var times: [Int64] = []
  private var values: [Double] = []

  public init() {}

  /// Appends the segments of a batch.
  ///
  /// - Throws: ``SegmentError`` if a reading cannot be encoded; nothing is appended then.
  public mutating func encode(_ readings: [Reading], into segments: inout [Output])
    throws(SegmentError)
  {
    group(readings)
    let before = segments.count
    var id: Int64 = 0
    for group in groups {
      gather(group, readings)
      do {
        try encode(group, from: id, into: &segments)
      } catch {
        segments.removeSubrange(before...)
        throw error
      }
      id += Int64(times.count)
    }
  }

  private borrowing func encode(_ group: Group, from id: Int64, into segments: inout [Output])
    throws(SegmentError)
  {
    let outcome: Result<Void, SegmentError> = times.withUnsafeBufferPointer { times in
      values.withUnsafeBufferPointer { values in
        do throws(SegmentError) {
          return .success(
            try Segment.encode(times, values, .consecutive(from: id)) {
              segments.append(Output(machine: group.machine, type: group.type, segment: $0))
            })
        } catch {
          return .failure(error)
        }
      }
    }
    try outcome.get()
  }

  private mutating func group(_ readings: [Reading]) {
    groups.removeAll(keepingCapacity: true)
    groupsByKey.removeAll(keepingCapacity: true)
    next.removeAll(keepingCapacity: true)
    next.reserveCapacity(readings.count)
    // Most readings follow one of the same group.
    var (current, currentKey) = (0, Int64.min)
    for (place, reading) in readings.enumerated() {
      next.append(-1)
      let key = Int64(reading.machine) << 16 | Int64(UInt16(bitPattern: reading.type))
      if key != currentKey {
        currentKey = key
        if let known = groupsByKey[key] {
          current = known
        } else {
          current = groups.count
          groupsByKey[key] = current
          groups.append(
            Group(
              machine: reading.machine, type: reading.type, first: Int32(place),
              last: Int32(place)))
          continue
        }
      }
      next[Int(groups[current].last)] = Int32(place)
      groups[current].last = Int32(place)
    }
  }

  /// Copies the readings of a group, ordered by time.
  private mutating func gather(_ group: Group, _ readings: [Reading]) {
    times.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    var place = group.first
    var isOrdered = true
    var latest = Int64.min
    while place >= 0 {
      let reading = readings[Int(place)]
      times.append(reading.time.microseconds)
      values.append(reading.value)
      isOrdered = isOrdered && latest <= reading.time.microseconds
      latest = reading.time.microseconds
      place = next[Int(place)]
    }
    guard !isOrdered else { return }
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    times = order.map { times[$0] }
    values = order.map { values[$0] }
  }
}
