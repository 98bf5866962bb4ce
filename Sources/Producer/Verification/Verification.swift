import Postgres
import Server
import SignalStore
import Signals
import Simulation
import Spool

/// Compares the database with what should be in it.
struct Verification: ~Copyable {
  /// How many readings are in memory at a time, twice: those that should be there and those that are.
  static let readingsAtATime = 200_000

  enum Standard: String, CaseIterable {
    /// What the machines gave off, simulated once more by the plans in the spool.
    case simulation
    /// The batches that the spool still keeps.
    case spool
  }

  struct Outcome: Sendable {
    var comparison = Comparison()
    /// What was compared.
    var since: Timestamp
    var until: Timestamp
    /// The number of the last batch that the database has.
    var sequence: Int64
    /// Whether there were plans before, which the spool has forgotten: what was given off by them cannot
    /// be told.
    var isCutShort = false
    /// Batches in it that are no longer in the spool, which was to say what they held.
    var absentBatches = 0
    /// Readings that the database has refused, over all time.
    var deadLetters = 0
    /// Readings of batches that were damaged in the spool, over all time.
    var quarantined = 0
  }

  private let spool: SpoolReader
  private let stored: StoredReadings
  private let watermark: Watermark

  /// - Throws: ``NothingToVerify`` when the database knows nothing of this producer.
  init(_ spool: SpoolReader, _ database: ConnectionParameters) throws {
    let connection = try PrimaryWatch.connectOnce(
      database, patience: .init(timeout: .seconds(300)))
    let stored = try StoredReadings(
      connection, producer: spool.identity, types: SimulatedSignal.allCases.map(\.name),
      machineNumber: Plan.machineNumber)
    guard let watermark = stored.watermark, watermark.sequence > 0 else {
      throw NothingToVerify(
        description: "the database has no batch of the producer \(spool.identity) yet")
    }
    self.spool = spool
    self.stored = stored
    self.watermark = watermark
  }

  /// Compares what lies in `[start, end)` and was stored when this began; left out, all of it.
  ///
  /// - Parameter progress: Is told how much of it is done, from 0 to 1, and how many readings that is.
  func run(
    against standard: Standard, from start: Timestamp?, to end: Timestamp?,
    progress: (Double, Int) -> Void
  ) throws -> Outcome {
    switch standard {
    case .simulation:
      let timeline = Timeline(try spool.plans().map { try Timeline.Entry($0) })
      guard let oldest = timeline.entries.first else {
        throw NothingToVerify(description: "the spool knows of no plan")
      }
      let first = oldest.since
      let since = max(start ?? first, first)
      let until = min(end ?? watermark.through, watermark.through)
      guard since < until else {
        throw NothingToVerify(
          description: """
            nothing was stored in that time: the machines began at \(first), and the database has \
            batches up to \(watermark.through)
            """)
      }
      var outcome = try run(
        SimulatedReadings(timeline, from: since, to: until), from: since, to: until, progress)
      outcome.isCutShort = oldest.plan.handover != nil && start ?? first <= first
      return outcome
    case .spool:
      guard start == nil, end == nil else {
        throw NothingToVerify(
          description: "--from and --to need --against simulation: the spool is compared as a whole"
        )
      }
      guard let first = try spool.batches(after: 0, bytes: 1).first,
        first.sequence <= watermark.sequence, let beginning = try spool.beginning()
      else {
        throw NothingToVerify(
          description: """
            the spool keeps none of the batches that the database has (SPOOL_KEEP says for how long)
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

/// Why there is nothing that could be compared.
struct NothingToVerify: Error, CustomStringConvertible {
  let description: String
}
