public import Time

/// Readings of one machine and type within one hour of UTC, as PostgreSQL stores them: a row of the
/// table `segments`.
///
/// Readings are ordered by time, then by id. Values are lossless, bit for bit. A segment is never empty:
/// ``start`` is the time of its first reading and ``stop`` that of its last, so N segments hold at least N
/// readings at or after the earliest `stop`.
///
/// Both ways to make one, encoding and ``init(start:stop:times:values:ids:)``, guarantee that its arrays
/// have the same length, so decoding needs no checks.
public struct Segment: Hashable, Sendable {
  public let start: Timestamp
  /// Inclusive.
  public let stop: Timestamp
  public let times: Times
  public let values: Values
  public let ids: IDs

  public enum Times: Hashable, Sendable {
    /// One reading every `step` microseconds, from ``Segment/start``.
    case even(step: Int32)
    /// Microseconds since ``Segment/start``: 0 first, then ascending.
    case offsets([Int32])
  }

  /// The narrowest native array that is lossless: a value is an element divided by `scale`, a power of
  /// ten. Swift and SQL both divide doubles, so both get the same bits.
  public enum Values: Hashable, Sendable {
    case int2([Int16], scale: Int32)
    case int4([Int32], scale: Int32)
    case float8([Double])
  }

  /// Consecutive from `first`, plus what `shifts` adds to each. A run of consecutive ids is a run of equal
  /// shifts, which compresses well.
  public struct IDs: Hashable, Sendable {
    public let first: Int64
    /// One for each reading, the first of them 0; nil if all ids are consecutive.
    public let shifts: [Int32]?

    public init(first: Int64, shifts: [Int32]? = nil) {
      self.first = first
      self.shifts = shifts
    }
  }

  /// In microseconds; no segment crosses the boundary of an hour of UTC.
  public static let hour: Int64 = 3_600_000_000

  public var count: Int { values.count }

  /// Requires parts that are known to match.
  init(unchecked start: Timestamp, _ stop: Timestamp, _ times: Times, _ values: Values, _ ids: IDs)
  {
    self.start = start
    self.stop = stop
    self.times = times
    self.values = values
    self.ids = ids
  }
}

extension Segment.Values {
  public var count: Int {
    switch self {
    case .int2(let elements, _): elements.count
    case .int4(let elements, _): elements.count
    case .float8(let elements): elements.count
    }
  }
}

extension Segment {
  /// Checks parts that come from a database; nil if they are not a valid segment.
  public init?(start: Timestamp, stop: Timestamp, times: Times, values: Values, ids: IDs) {
    self.init(unchecked: start, stop, times, values, ids)
    guard count > 0, start <= stop, Timestamp.encodable.contains(start.microseconds),
      stop.microseconds < start.endOfHour, hasMatchingTimes, hasSoundValues, hasSoundIDs
    else { return nil }
  }

  private var hasMatchingTimes: Bool {
    let span = stop - start
    switch times {
    case .even(let step):
      return step >= 0
        && Int64(count - 1).multipliedReportingOverflow(by: Int64(step)) == (span, false)
    case .offsets(let offsets):
      return offsets.count == count && offsets[0] == 0 && Int64(offsets[count - 1]) == span
        && zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
    }
  }

  private var hasSoundValues: Bool {
    switch values {
    case .int2(_, let scale), .int4(_, let scale): scale > 0
    case .float8(let elements): elements.allSatisfy { $0.isFinite }
    }
  }

  private var hasSoundIDs: Bool {
    guard let shifts = ids.shifts else {
      return ids.first >= 0 && ids.first <= .max - Int64(count)
    }
    return (0...(1 << 53)).contains(ids.first) && shifts.count == count && shifts[0] == 0
      && shifts.enumerated().allSatisfy { ids.first + Int64($0) + Int64($1) >= 0 }
  }
}

extension Timestamp {
  /// The years of RFC 3339, all of which PostgreSQL can store.
  static let encodable = earliest...latest

  /// The start of the next hour of UTC.
  var endOfHour: Int64 {
    microseconds.floorDivided(by: Segment.hour).quotient * Segment.hour + Segment.hour
  }
}
