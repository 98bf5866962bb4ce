import SignalStore
import Signals
import Simulation
import Spool

/// Readings that should be in the database, stretch by stretch in the order of time.
protocol ExpectedReadings {
  /// How many batches should have been among them and are not there to say what they held.
  var absentBatches: Int { get }

  /// Appends the readings of the next stretch, all that there are in it.
  ///
  /// - Returns: The stretch `[since, until)`; nil after the last.
  mutating func next(_ readings: inout [Reading]) throws -> (since: Timestamp, until: Timestamp)?
}

/// What the machines gave off by the timeline, simulated once more.
struct SimulatedReadings: ExpectedReadings {
  let absentBatches = 0
  private let timeline: Timeline
  private var cursor: Timestamp
  private let end: Timestamp
  private var fleet: Fleet?

  /// Of the stretch `[start, end)`.
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

  /// Of a stretch with about as many readings as are compared at a time, in microseconds.
  private static func length(_ plan: Plan) -> Int64 {
    guard plan.isRunning else { return 3_600_000_000 }
    let perSecond = Double(plan.machines) * plan.rates.mostReadingsPerSecond
    return Int64(min(Double(Verification.readingsAtATime) / perSecond, 3600) * 1_000_000)
  }
}

/// What the spool still has of what it has sent.
struct SpooledReadings: ExpectedReadings {
  private let spool: SpoolReader
  private(set) var absentBatches = 0
  /// The number of the last batch that was looked at, or that should have been there.
  private var position: Int64
  private let last: Int64
  private var batches: [Batch] = []

  /// Of the batches that follow `position`, up to the one of number `last`.
  init(_ spool: SpoolReader, after position: Int64, through last: Int64) {
    self.spool = spool
    self.position = position
    self.last = last
  }

  mutating func next(_ readings: inout [Reading]) throws -> (since: Timestamp, until: Timestamp)? {
    if batches.isEmpty { try load() }
    guard let first = batches.first else { return nil }
    // Up to where the next one does not follow at once: the machines were off, or it is not there.
    var end = first.since
    let stretch = batches.prefix { batch in
      defer { end = batch.through }
      return batch.since == end
    }
    for batch in stretch { readings += ReadingRows.readings(batch.rows) }
    batches.removeFirst(stretch.count)
    return (first.since, stretch.last?.through ?? first.through)
  }

  /// Reads the batches that follow, and counts those that are not there.
  private mutating func load() throws {
    let bytes = Verification.readingsAtATime * ReadingRows.size
    batches = try spool.batches(after: position, bytes: bytes).filter { $0.sequence <= last }
    // The producer may have forgotten some meanwhile, as it should.
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
