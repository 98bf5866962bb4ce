import SignalStore
import Signals
import Simulation
import Spool
import Time

/// The readings expected in the database, period by period, in chronological order.
protocol ExpectedReadings {
  /// The number of batches whose content is not available for comparison.
  var absentBatches: Int { get }

  /// Appends all expected readings of the next period.
  ///
  /// - Returns: The period `[since, until)`; nil after the last.
  mutating func next(_ readings: inout [Reading]) throws -> (since: Timestamp, until: Timestamp)?
}

/// The readings of the timeline, simulated again.
struct SimulatedReadings: ExpectedReadings {
  let absentBatches = 0
  private let timeline: Timeline
  private var cursor: Timestamp
  private let end: Timestamp
  private var fleet: Fleet?

  /// The period `[start, end)`.
  init(_ timeline: Timeline, from start: Timestamp, to end: Timestamp) {
    self.timeline = timeline
    cursor = start
    self.end = end
  }

  mutating func next(_ readings: inout [Reading]) throws -> (since: Timestamp, until: Timestamp)? {
    guard cursor < end, let segment = timeline.segment(at: cursor) else { return nil }
    if fleet?.plan != segment.plan { fleet = Fleet(segment.plan) }
    let since = cursor
    let until = min(segment.until, end, since + SimulatedReadings.length(segment.plan))
    fleet?.append(from: since, to: until, &readings)
    cursor = until
    return (since, until)
  }

  /// The length of a period with about as many readings as are compared at a time, in microseconds.
  private static func length(_ plan: Plan) -> Int64 {
    guard plan.isRunning else { return 3_600_000_000 }
    let perSecond = Double(plan.machines) * plan.rates.maxReadingsPerSecond
    return Int64(min(Double(Verification.readingsAtATime) / perSecond, 3600) * 1_000_000)
  }
}

/// The stored batches that are still in the spool.
struct SpooledReadings: ExpectedReadings {
  private let spool: SpoolReader
  private(set) var absentBatches = 0
  /// The sequence number of the last batch seen, or found to be absent.
  private var position: Int64
  private let last: Int64
  private var batches: [Batch] = []

  /// The batches after `position`, up to and including `last`.
  init(_ spool: SpoolReader, after position: Int64, through last: Int64) {
    self.spool = spool
    self.position = position
    self.last = last
  }

  mutating func next(_ readings: inout [Reading]) throws -> (since: Timestamp, until: Timestamp)? {
    if batches.isEmpty { try load() }
    guard let first = batches.first else { return nil }
    // Up to a gap: the machines were off, or a batch is absent.
    var end = first.since
    let stretch = batches.prefix { batch in
      defer { end = batch.through }
      return batch.since == end
    }
    for batch in stretch { readings += ReadingRows.readings(batch.rows) }
    batches.removeFirst(stretch.count)
    return (first.since, stretch.last?.through ?? first.through)
  }

  /// Loads the next batches and counts absent ones.
  private mutating func load() throws {
    let bytes = Verification.readingsAtATime * ReadingRows.size
    batches = try spool.batches(after: position, bytes: bytes).filter { $0.sequence <= last }
    // The producer may have expired some in the meantime.
    if let beginning = try spool.beginning() { position = max(position, beginning - 1) }
    for batch in batches {
      absentBatches += max(0, Int(batch.sequence - position - 1))
      position = batch.sequence
    }
    if batches.isEmpty, position < last {
      absentBatches += Int(last - position)
      position = last
    }
  }
}
