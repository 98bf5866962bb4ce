internal import Signals
internal import Time

/// Tracks what this session has written to the table `series`, to decide what the next readings add: on
/// first sight of a machine and type, once a day, and for a reading before the first.
///
/// A pure value. It starts empty, so every session writes each series once: the database may have gone
/// back in between.
struct SeriesTracker {
  /// The readings of one machine and type, by the numbers that they carry.
  struct Series: Hashable {
    let machine: Int32
    let type: Int16
  }

  /// From a series' first reading to the end of the day, in UTC, of its newest.
  struct Extent: Equatable {
    fileprivate(set) var first: Timestamp
    fileprivate(set) var end: Timestamp

    fileprivate static let nothing = Extent(
      first: Timestamp(microseconds: .max), end: Timestamp(microseconds: .min))

    fileprivate func covers(_ time: Timestamp) -> Bool { time >= first && time < end }

    fileprivate mutating func formUnion(_ other: Extent) {
      first = min(first, other.first)
      end = max(end, other.end)
    }
  }

  /// What is to be written.
  typealias Changes = [Series: Extent]

  private let typeCount: Int
  /// What was written, by machine and type. An array, as it is looked at for every reading.
  private var written: [Extent] = []

  init(typeCount: Int) { self.typeCount = typeCount }

  /// Adds what is to be written for rows of ``ReadingRows``.
  func note(_ rows: ArraySlice<UInt8>, in changes: inout Changes) {
    ReadingRows.forEach(rows) { reading in
      let place = place(reading.machine, reading.type)
      if place < written.count, written[place].covers(reading.time) { return }
      let day = Partitions.day(of: reading.time)
      let extent = Extent(
        first: reading.time,
        end: Timestamp(microseconds: (day + 1) * Partitions.microsecondsPerDay))
      let series = Series(machine: reading.machine, type: reading.type)
      changes[series, default: .nothing].formUnion(extent)
    }
  }

  /// The changes have been committed.
  ///
  /// - Parameter end: Of the last day that could be written; readings of later ones are noted again.
  mutating func settle(_ changes: Changes, through end: Timestamp? = nil) {
    for (series, extent) in changes {
      let place = place(series.machine, series.type)
      if place >= written.count {
        let missing = (Int(series.machine) + 1) * typeCount - written.count
        written += repeatElement(.nothing, count: missing)
      }
      var extent = extent
      if let end { extent.end = min(extent.end, end) }
      written[place].formUnion(extent)
    }
  }

  private func place(_ machine: Int32, _ type: Int16) -> Int {
    Int(machine) * typeCount + Int(type)
  }
}
