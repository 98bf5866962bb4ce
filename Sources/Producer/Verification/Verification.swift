import Postgres
import Server
import SignalStore
import Signals
import Simulation
import Spool
import Time

/// Compares the readings in the database with the expected ones.
struct Verification: ~Copyable {
  /// The number of readings in memory at a time, once expected and once stored.
  static let readingsAtATime = 200_000

  enum Reference: String, CaseIterable {
    /// The stream of the machines, simulated again from the plans in the spool.
    case simulation
    /// The batches that are still in the spool.
    case spool
  }

  struct Outcome: Sendable {
    var comparison = Comparison()
    /// The period compared.
    var since: Timestamp
    var until: Timestamp
    /// The sequence number of the last stored batch.
    var sequence: Int64
    /// Whether the spool has expired older plans, whose readings cannot be simulated again.
    var isCutShort = false
    /// Batches of the period that are not in the spool, and so could not be compared.
    var absentBatches = 0
    /// Readings rejected by the database, in total.
    var deadLetters = 0
    /// Readings in batches damaged in the spool, in total.
    var quarantined = 0
  }

  private let spool: SpoolReader
  private let stored: StoredReadings
  private let watermark: Watermark

  /// - Throws: ``NothingToVerify`` when the database does not know this producer.
  init(_ spool: SpoolReader, _ database: ConnectionParameters) throws {
    let connection = try PrimaryWatch.connectOnce(
      database, timeouts: .init(timeout: .seconds(300)))
    let stored = try StoredReadings(
      connection, producer: spool.identity, types: SimulatedSignal.allCases.map(\.name),
      machineNumber: Plan.machineNumber)
    guard let watermark = stored.watermark, watermark.sequence > 0 else {
      throw NothingToVerify(
        description: "no batch of producer \(spool.identity) is stored yet")
    }
    self.spool = spool
    self.stored = stored
    self.watermark = watermark
  }

  /// Compares the period `[start, end)`, or everything, up to what was stored at the start.
  ///
  /// - Parameter progress: Receives the part done, from 0 to 1, and the number of readings compared.
  func run(
    against standard: Reference, from start: Timestamp?, to end: Timestamp?,
    progress: (Double, Int) -> Void
  ) throws -> Outcome {
    switch standard {
    case .simulation:
      let timeline = Timeline(try spool.plans().map { try Timeline.Entry($0) })
      guard let oldest = timeline.entries.first else {
        throw NothingToVerify(description: "the spool has no plans")
      }
      let first = oldest.since
      let since = max(start ?? first, first)
      let until = min(end ?? watermark.through, watermark.through)
      guard since < until else {
        throw NothingToVerify(
          description: """
            no readings in that period: the machines started at \(first) and batches are stored up to \
            \(watermark.through)
            """)
      }
      var outcome = try run(
        SimulatedReadings(timeline, from: since, to: until), from: since, to: until, progress)
      outcome.isCutShort = oldest.plan.transition != nil && start ?? first <= first
      return outcome
    case .spool:
      guard start == nil, end == nil else {
        throw NothingToVerify(
          description: "--from and --to require --against simulation"
        )
      }
      guard let first = try spool.batches(after: 0, bytes: 1).first,
        first.sequence <= watermark.sequence, let beginning = try spool.beginning()
      else {
        throw NothingToVerify(
          description: """
            no stored batch is left in the spool (SPOOL_KEEP sets how long batches are kept)
            """)
      }
      return try run(
        SpooledReadings(spool, after: beginning - 1, through: watermark.sequence),
        from: first.since, to: watermark.through, progress)
    }
  }

  private func run(
    _ expected: some ExpectedReadings, from start: Timestamp, to end: Timestamp,
    _ progress: (Double, Int) -> Void
  ) throws -> Outcome {
    var expected = expected
    var outcome = Outcome(since: start, until: end, sequence: watermark.sequence)
    var (wanted, found): ([Reading], [Reading]) = ([], [])
    var compared = 0
    progress(0, 0)
    while let stretch = try expected.next(&wanted) {
      try stored.append(from: stretch.since, to: stretch.until, &found)
      compared += found.count
      outcome.comparison.compare(&wanted, with: &found)
      wanted.removeAll(keepingCapacity: true)
      found.removeAll(keepingCapacity: true)
      progress(Double(stretch.until - start) / Double(max(end - start, 1)), compared)
    }
    outcome.absentBatches = expected.absentBatches
    outcome.deadLetters = try stored.deadLetters()
    outcome.quarantined = try spool.quarantined().readings
    return outcome
  }
}

/// Why there is nothing to compare.
struct NothingToVerify: Error, CustomStringConvertible {
  let description: String
}
