import EventLoop
import GRDB
import Glibc
import Signals
import Synchronization
import TestSupport
import Testing
import Time

@testable import Spool

/// Real files, in a directory of each test's own.
@Suite final class SpoolTests {
  let directory: TemporaryDirectory
  let noon = Timestamp(microseconds: 1_795_514_400_000_000)

  init() throws { directory = try TemporaryDirectory() }

  func open(bytes: Int = 1 << 20, keep: Duration = .seconds(600)) throws -> Spool {
    try Spool(directory: directory.file("spool"), limits: .init(bytes: bytes, keep: keep))
  }

  /// The batch of the `number`th tenth of a second, with a thousand bytes.
  func batch(_ number: Int64) -> Batch {
    Batch(
      sequence: 0, since: noon + number * 100_000, through: noon + (number + 1) * 100_000,
      count: 25, rows: (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* Int(number) &+ $0 >> 3) })
  }

  func batches(_ spool: Spool, after sequence: Int64 = 0) throws -> [Batch] {
    try spool.batches(after: sequence, bytes: .max)
  }

  func acknowledge(_ spool: Spool, through sequence: Int64) throws {
    let stored = try batches(spool, after: spool.status.acknowledged)
      .filter { $0.sequence <= sequence }
    spool.acknowledge(through: sequence, Spool.Tally(stored))
  }

  /// Ends the use of the database's file as a crash would, and gives it to `body`.
  func damage(_ body: (DatabaseQueue) throws -> Void) throws {
    let queue = try DatabaseQueue(path: directory.file("spool/spool.sqlite"))
    try body(queue)
    try queue.close()
  }

  @Test func batchesAreNumberedAndComeBackAsTheyWere() throws {
    let spool = try open()
    #expect(try batches(spool).isEmpty && spool.oldest() == nil)
    try spool.append([batch(0), batch(1)])
    try spool.append([batch(5)])
    let found = try batches(spool)
    #expect(found.map(\.sequence) == [1, 2, 3])
    #expect(found.map(\.rows) == [batch(0).rows, batch(1).rows, batch(5).rows])
    #expect(found.map(\.through) == [batch(0).through, batch(1).through, batch(5).through])
    #expect(try spool.batches(after: 1, bytes: 1).map(\.sequence) == [2])
    #expect(try spool.batches(after: 0, bytes: 2000).map(\.sequence) == [1, 2])
    #expect(spool.status.waiting == .init(batches: 3, readings: 75, bytes: 3 * 1064))
    #expect(spool.status.frontier == batch(5).through)
    #expect(try spool.oldest() == noon)
  }

  /// It would wait here for itself.
  @Test func whatIsAcknowledgedDoesNotWaitForAChangeAndIsNotLostByIt() throws {
    let spool = try open()
    try spool.append([batch(0), batch(1), batch(2)])
    let tallies = try batches(spool).map { Spool.Tally([$0]) }
    try spool.change { database, status throws in
      spool.acknowledge(through: 1, tallies[0])
      spool.acknowledge(through: 2, tallies[1])
      try spool.forget(through: status.acknowledged, database, &status)
      #expect(spool.status.acknowledged == 2 && status.acknowledged == 0)
    }
    let kept = Spool.Tally(try batches(spool).prefix(2))
    #expect(spool.status.acknowledged == 2)
    #expect(spool.status.waiting == tallies[2] && spool.status.kept == kept)
    #expect(throws: SpoolError.self) {
      try spool.change { _, _ in
        spool.acknowledge(through: 3, tallies[2])
        throw SpoolError(.unusable, "as it happens")
      }
    }
    #expect(spool.status.acknowledged == 3 && spool.status.waiting == Spool.Tally())
    try spool.tidy()
    try spool.append([batch(3)])
    #expect(spool.status.acknowledged == 3 && spool.status.waiting == tallies[0])
  }

  /// Simulation and shipper side by side, with so little room that what was stored is forgotten.
  @Test func whileItIsFilledAndEmptiedTheCountsStayTrue() throws {
    let count: Int64 = 400
    let spool = try open(bytes: 20_000)
    let batches = (0..<count).map(batch)
    let failure = Mutex<String?>(nil)
    let filling = try WorkerThread(name: "filling") {
      for batch in batches {
        do {
          if try eventually({ try spool.takes(batch) }) { continue }
          failure.withLock { $0 = "there is no room, though all is acknowledged" }
        } catch {
          failure.withLock { $0 = "\(error)" }
        }
        return
      }
    }
    var sent: [Batch] = []
    while sent.count < batches.count - 5, failure.withLock({ $0 == nil }) {
      let next = try spool.batches(after: sent.last?.sequence ?? 0, bytes: 3000)
      guard let last = next.last else { continue }
      sent += next
      spool.acknowledge(through: last.sequence, Spool.Tally(next))
    }
    filling.join()
    #expect(failure.withLock { $0 } == nil)
    #expect(sent.map(\.rows) == batches.prefix(sent.count).map(\.rows))
    let status = spool.status
    #expect(status.last == count && status.acknowledged == Int64(sent.count))
    let counted = try spool.read { database in
      var counted = status
      try counted.count(database)
      return counted
    }
    #expect(counted.waiting == status.waiting && counted.kept == status.kept)
    #expect(status.waiting.batches == batches.count - sent.count && status.kept.bytes <= 20_000)
  }

  @Test func anotherProcessFindsWhatWasLeft() throws {
    let identity: String
    do {
      let spool = try open()
      identity = spool.identity
      try spool.append([batch(0), batch(1), batch(2)])
      try acknowledge(spool, through: 1)
      try spool.record([.init(since: noon, plan: "one")])
      spool.close()
    }
    let spool = try open()
    #expect(spool.identity == identity)
    #expect(spool.status.last == 3 && spool.status.acknowledged == 1)
    #expect(spool.status.waiting.batches == 2 && spool.status.kept.batches == 1)
    #expect(spool.status.frontier == batch(2).through)
    #expect(try spool.plans() == [.init(since: noon, plan: "one")])
    try spool.append([batch(3)])
    #expect(try batches(spool, after: 1).map(\.sequence) == [2, 3, 4])
  }

  @Test func aCommitIsOnTheDiskBeforeItCounts() throws {
    let spool = try open()
    let (synchronous, journal) = try spool.pool.writeWithoutTransaction {
      (
        try Int.fetchOne($0, sql: "PRAGMA synchronous"),
        try String.fetchOne($0, sql: "PRAGMA journal_mode")
      )
    }
    // 2 is FULL.
    #expect(synchronous == 2 && journal == "wal")
  }

  @Test func aSecondProducerIsRefused() throws {
    let spool = try open()
    let error = try #require(throws: SpoolError.self) { try open() }
    #expect(error.kind == .inUse)
    #expect(error.message.contains("in use by another producer (process \(getpid()))"))
    #expect(error.message.contains("SPOOL_DIR"))
    try spool.append([batch(0)])
  }

  @Test func aFullSpoolTakesNothingUntilThereIsRoom() throws {
    let spool = try open(bytes: 3500)
    try spool.append([batch(0), batch(1), batch(2)])
    let error = try #require(throws: SpoolError.self) { try spool.append([batch(3)]) }
    #expect(error.kind == .full)
    #expect(error.message.hasSuffix("is full: 4256 of at most 3500 bytes waiting for the database"))
    // It is as if nobody had asked.
    #expect(spool.status.waiting.batches == 3 && spool.status.last == 3)
    try acknowledge(spool, through: 1)
    try spool.append([batch(3)])
    #expect(try batches(spool, after: 1).map(\.sequence) == [2, 3, 4])
    // What had been kept made room.
    #expect(spool.status.kept == .init())
  }

  @Test func whatIsStoredMakesNoRoomWhileTheDatabaseIsAway() throws {
    let spool = try open(bytes: 3500)
    try spool.append([batch(0), batch(1)])
    try acknowledge(spool, through: 2)
    spool.suspend()
    try spool.append([batch(2)])
    let error = try #require(throws: SpoolError.self) { try spool.append([batch(3)]) }
    #expect(error.kind == .full)
    #expect(
      error.message.hasSuffix(
        "2128 of at most 3500 bytes waiting for the database, 2128 more kept until it confirms them"
      ), "\(error.message)")
    #expect(spool.status.kept.batches == 2)
    spool.acknowledge(through: 2, Spool.Tally())
    try spool.append([batch(3)])
    #expect(try batches(spool).map(\.sequence) == [3, 4])
  }

  @Test func whatIsStoredIsKeptForItsTime() throws {
    let spool = try open(keep: .seconds(600))
    try spool.append([batch(0), batch(1)])
    try acknowledge(spool, through: 2)
    try spool.append([batch(2)])
    #expect(spool.status.kept.batches == 2)
    #expect(try batches(spool).count == 3)
  }

  @Test func whatIsStoredGoesWhenNothingIsToBeKept() throws {
    let spool = try open(keep: .zero)
    try spool.append([batch(0), batch(1)])
    try acknowledge(spool, through: 1)
    try spool.tidy()
    #expect(try batches(spool).map(\.sequence) == [2])
    #expect(spool.status.kept == .init())
    try acknowledge(spool, through: 2)
    try spool.append([batch(2)])
    #expect(try batches(spool).map(\.sequence) == [3])
  }

  @Test func batchesThatWentBackInTimeAreRefused() throws {
    let spool = try open()
    try spool.append([batch(5)])
    let error = try #require(throws: SpoolError.self) { try spool.append([batch(6), batch(4)]) }
    #expect(error.kind == .outOfOrder)
    #expect(try batches(spool).count == 1)
  }

  @Test func theTimeOfKeepingGoesOnInTheNextProcess() throws {
    do {
      let spool = try open(keep: .seconds(2))
      try spool.append([batch(0), batch(1)])
      try acknowledge(spool, through: 1)
      // A second of confirmed time, by real ones.
      try #require(
        try eventually {
          spool.acknowledge(through: 1, Spool.Tally())
          try spool.change { _, _ in }
          return try spool.pool.read(Expiry.Mark.all).map(\.sequence) == [1]
        })
      spool.close()
    }
    let spool = try open(keep: .seconds(2))
    try spool.append([batch(2)])
    #expect(try batches(spool).map(\.sequence) == [1, 2, 3])
    var confirmations = 0
    try #require(
      try eventually {
        spool.acknowledge(through: 1, Spool.Tally())
        confirmations += 1
        try spool.tidy()
        return spool.status.kept.batches == 0
      })
    // The first of them is no time: it takes a second and another.
    #expect(confirmations > 2)
    #expect(try batches(spool).map(\.sequence) == [2, 3])
  }

  @Test func aSpoolOfAnEarlierReleaseGoesOn() throws {
    do {
      let spool = try open(keep: .seconds(1))
      try spool.append([batch(0), batch(1)])
      try acknowledge(spool, through: 1)
      spool.close()
    }
    try damage {
      try $0.write {
        try $0.execute(sql: "DROP TABLE confirmations")
        try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = 'confirmations'")
      }
    }
    let spool = try open(keep: .seconds(1))
    #expect(!directory.has("spool/damaged-1.sqlite"))
    spool.acknowledge(through: 1, Spool.Tally())
    try spool.tidy()
    #expect(try batches(spool).map(\.sequence) == [1, 2])
    #expect(spool.status.kept.batches == 1 && spool.status.acknowledged == 1)
  }
}

extension Spool {
  /// Whether there was room for a batch.
  func takes(_ batch: Batch) throws(SpoolError) -> Bool {
    do {
      try append([batch])
      return true
    } catch {
      guard error.kind == .full else { throw error }
      return false
    }
  }
}
