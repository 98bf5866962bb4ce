internal import Time

/// The ids and times of what a transaction stores: a row of the table `journal`.
struct JournalEntry: Hashable, Sendable {
  /// Ranges of times that are no further apart are merged: reading a few segments in vain costs less than
  /// another range in every row.
  static let gap: Int64 = 1_000_000

  /// Half-open and ascending.
  private(set) var ids: [Range<Int64>] = []
  /// In microseconds since 1970 UTC, inclusive and ascending.
  private(set) var times: [ClosedRange<Int64>] = []

  /// - Parameters:
  ///   - segments: Start and stop of each segment.
  ///   - ids: The ids of their readings.
  init(times segments: [ClosedRange<Int64>], ids: [Range<Int64>]) {
    for range in ids.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = self.ids.last, range.lowerBound <= last.upperBound {
        let end = max(last.upperBound, range.upperBound)
        self.ids[self.ids.count - 1] = last.lowerBound..<end
      } else {
        self.ids.append(range)
      }
    }
    for range in segments.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = times.last, range.lowerBound - JournalEntry.gap <= last.upperBound {
        times[times.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        times.append(range)
      }
    }
  }

  /// As PostgreSQL reads an `int8multirange`.
  var idsText: String {
    "{" + ids.map { "[\($0.lowerBound),\($0.upperBound))" }.joined(separator: ",") + "}"
  }

  /// As PostgreSQL reads a `tstzmultirange`.
  var timesText: String {
    let ranges = times.map {
      let (start, stop) = (
        Timestamp(microseconds: $0.lowerBound), Timestamp(microseconds: $0.upperBound)
      )
      return "[\(start),\(stop)]"
    }
    return "{" + ranges.joined(separator: ",") + "}"
  }
}
