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
  private let directory: TemporaryDirectory
  private let noon = Timestamp(microseconds: 1_795_514_400_000_000)

  init() throws { directory = try TemporaryDirectory() }

  private func open(bytes: Int = 1 << 20, keep: Duration = .seconds(600)) throws -> Spool {
    try Spool(directory: directory.file("spool"), limits: .init(bytes: bytes, keep: keep))
  }

  /// The batch of the `number`th tenth of a second, with a thousand bytes.
  private func batch(_ number: Int64) -> Batch {
    Batch(
      sequence: 0, since: noon + number * 100_000, through: noon + (number + 1) * 100_000,
      count: 25, rows: (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* Int(number) &+ $0 >> 3) })
  }

  private func batches(_ spool: Spool, after sequence: Int64 = 0) throws -> [Batch] {
    try spool.batches(after: sequence, bytes: .max)
  }

  private func acknowledge(_ spool: Spool, through sequence: Int64) throws {
    let stored = try batches(spool, after: spool.status.acknowledged)
      .filter { $0.sequence <= sequence }
    spool.acknowledge(through: sequence, Spool.Tally(stored))
  }

  /// Ends the use of the database's file as a crash would, and gives it to `body`.
  private func damage(_ body: (DatabaseQueue) throws -> Void) throws {
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

  // MARK: - Agreeing with the database

  /// A spool with batches 1 to 10, the first 6 acknowledged and the first 2 no longer there.
  private func spoolOfTen() throws -> Spool {
    let spool = try open(keep: .zero)
    try spool.append((0..<10).map(batch))
    try acknowledge(spool, through: 2)
    try spool.tidy()
    try acknowledge(spool, through: 6)
    return spool
  }

  private func reconcile(_ spool: Spool, _ watermark: Watermark) throws -> Reconciliation {
    try spool.reconcile(with: watermark) { batch, time in
      var rest = batch
      rest.since = time
      rest.rows = [7]
      return rest
    }
  }

  private func watermark(_ sequence: Int64) -> Watermark {
    Watermark(sequence: sequence, through: batch(sequence - 1).through)
  }

  @Test func aDatabaseThatHasWhatWasAcknowledgedOrMoreIsSentTheRest() throws {
    for sequence: Int64 in [6, 8, 10] {
      let spool = try spoolOfTen()
      #expect(try reconcile(spool, watermark(sequence)) == .resume)
      #expect(spool.status.acknowledged == sequence)
      #expect(spool.status.waiting.batches == Int(10 - sequence))
      #expect(
        try batches(spool, after: sequence).map(\.sequence) == Array(sequence + 1..<11))
      spool.close()
      try directory.remove("spool")
    }
  }

  @Test func aDatabaseThatHasLostBatchesIsSentThemAgain() throws {
    let spool = try spoolOfTen()
    #expect(try reconcile(spool, watermark(3)) == .replay(4...6))
    #expect(spool.status.waiting.batches == 7)
    try spool.tidy()
    #expect(try batches(spool, after: 3).map(\.sequence) == Array(4...10))
  }

  @Test func whatIsMissingForGoodIsNamed() throws {
    let spool = try spoolOfTen()
    #expect(
      try reconcile(spool, Watermark(sequence: 0, through: noon + -1)) == .missing(1...2))
    #expect(try batches(spool, after: 0).map(\.sequence) == Array(3...10))
    #expect(spool.status.missing == [1...2])
  }

  @Test func whatIsMissingIsKnownToThoseWhoComeAfter() throws {
    do {
      let spool = try spoolOfTen()
      for _ in 1...2 {
        _ = try reconcile(spool, Watermark(sequence: 0, through: noon + -1))
      }
    }
    #expect(try open().status.missing == [1...2])
    try damage { try $0.write { try $0.execute(sql: "DROP TABLE configured") } }
    #expect(try open().status.missing == [1...2])
  }

  @Test func aDatabaseThatHasMoreThanTheSpoolEverGaveGoesFirst() throws {
    let spool = try spoolOfTen()
    // The end of the spool was lost, and made again with other bounds.
    #expect(
      try reconcile(spool, Watermark(sequence: 20, through: batch(7).through)) == .renumber)
    #expect(try batches(spool).map(\.sequence) == [21, 22])
    #expect(try batches(spool).map(\.since) == [batch(8).since, batch(9).since])
    #expect(try batches(spool).map(\.rows) == [batch(8).rows, batch(9).rows])
    #expect(spool.status.last == 22 && spool.status.acknowledged == 20)
    #expect(
      try reconcile(spool, Watermark(sequence: 20, through: batch(7).through)) == .resume)
    // Nothing that the database has is taken a second time.
    #expect(
      try reconcile(spool, Watermark(sequence: 30, through: batch(40).through)) == .renumber)
    #expect(spool.status.frontier == batch(40).through)
    #expect(throws: SpoolError.self) { try spool.append([batch(40)]) }
    try spool.append([batch(41)])
    #expect(try batches(spool).map(\.sequence) == [31])
  }

  @Test func ofABatchThatTheDatabaseHasInPartTheRestIsSent() throws {
    let spool = try spoolOfTen()
    #expect(
      try reconcile(spool, Watermark(sequence: 20, through: batch(8).since + 40_000)) == .renumber)
    let found = try batches(spool)
    #expect(found.map(\.sequence) == [21, 22])
    #expect(found.map(\.since) == [batch(8).since + 40_000, batch(9).since])
    #expect(found.map(\.rows) == [[7], batch(9).rows])
    #expect(spool.status.frontier == batch(9).through && spool.status.quarantined.batches == 0)
  }

  @Test(arguments: ["", "; DROP TABLE configured"])
  func whatIsNotedAsStoredIsNotForgottenBeforeTheDatabaseSaysSo(andMore damaging: String) throws {
    try open().append((0..<10).map(batch))
    try damage {
      try $0.write { try $0.execute(sql: "UPDATE progress SET acknowledged = 99" + damaging) }
    }
    let spool = try open(keep: .zero)
    try spool.tidy()
    try spool.append([batch(10)])
    #expect(try reconcile(spool, watermark(4)) == .replay(5...10))
    #expect(try batches(spool, after: 4).map(\.sequence) == Array(5...11))
  }

  // MARK: - Damage

  @Test func aDamagedBatchIsSetAsideAndTheOthersComeThrough() throws {
    do {
      let spool = try open()
      try spool.append((0..<5).map { batch(Int64($0)) })
      spool.close()
    }
    try damage { queue in
      try queue.write {
        try $0.execute(sql: "UPDATE batches SET rows = zeroblob(1000) WHERE sequence = 3")
        try $0.execute(sql: "UPDATE batches SET readings = 26 WHERE sequence = 5")
      }
    }
    let spool = try open()
    #expect(try batches(spool).map(\.sequence) == [1, 2, 4])
    #expect(spool.status.quarantined.batches == 2 && spool.status.quarantined.readings == 51)
    #expect(spool.status.waiting.batches == 3)
    try damage { queue in
      let rows = try queue.read {
        try Row.fetchAll($0, sql: "SELECT * FROM quarantine ORDER BY sequence")
      }
      #expect(rows.map { $0["sequence"] as Int64 } == [3, 5])
      #expect(
        rows.map { $0["reason"] as String }
          == Array(repeating: "checksum mismatch", count: 2))
    }
    // Its number is not given again.
    try spool.append([batch(5)])
    #expect(try batches(spool, after: 4).map(\.sequence) == [6])
  }

  @Test func aSpoolWhoseEndIsTornGoesOnFromTheLastWholeBatch() throws {
    let identity: String
    do {
      let spool = try open()
      identity = spool.identity
      // Large enough for pages of their own.
      try spool.append(
        (0..<20).map {
          var batch = batch(Int64($0))
          batch.rows = Array(repeating: UInt8($0), count: 20_000)
          return batch
        })
      try spool.record([.init(since: noon, plan: "one")])
      spool.close()
    }
    var bytes = try directory.read("spool/spool.sqlite")
    bytes.removeLast(5 * 4096)
    try directory.write(bytes, to: "spool/spool.sqlite")
    let spool = try open()
    let found = try batches(spool)
    try #require((1..<20).contains(found.count))
    #expect(found.map(\.sequence) == Array(1...Int64(found.count)))
    #expect(spool.status.frontier == found.last?.through)
    #expect(spool.status.last == found.last?.sequence)
    #expect(spool.identity == identity)
    #expect(try spool.plans().map(\.plan) == ["one"])
    #expect(directory.has("spool/damaged-1.sqlite"))
    #expect(try spool.read { try String.fetchOne($0, sql: "PRAGMA quick_check") } == "ok")
  }

  @Test func aFileThatIsNoDatabaseIsReplaced() throws {
    do {
      let spool = try open()
      try spool.append([batch(0)])
      spool.close()
    }
    try directory.write(Array(repeating: UInt8(7), count: 8192), to: "spool/spool.sqlite")
    let spool = try open()
    #expect(try batches(spool).isEmpty)
    #expect(spool.status.last == 0 && spool.status.frontier == nil)
    // The database tells where to go on.
    #expect(try reconcile(spool, watermark(9)) == .renumber)
    try spool.append([batch(9)])
    #expect(try batches(spool).map(\.sequence) == [10])
  }

  @Test func ofTheFilesThatWereReplacedTheNewestAreKept() throws {
    for round in 0..<5 {
      try open().close()
      try directory.write(Array(repeating: UInt8(round), count: 8192), to: "spool/spool.sqlite")
    }
    _ = try open()
    let names = (1...6).map { "spool/damaged-\($0).sqlite" }
    #expect(names.filter(directory.has) == Array(names[2..<5]))
    #expect(try directory.read(names[4]) == Array(repeating: 4, count: 8192))
  }

  @Test(arguments: [
    "UPDATE progress SET frontier = frontier - 8388608", "UPDATE progress SET sequence = 1",
    "UPDATE progress SET sequence = 0, frontier = NULL", "DELETE FROM progress",
  ])
  func whatIsNotedBesideTheBatchesIsNotBelievedAgainstThem(_ damaging: String) throws {
    try open().append((0..<10).map(batch))
    try damage { try $0.write { try $0.execute(sql: damaging) } }
    let spool = try open()
    #expect(spool.status.last == 10 && spool.status.frontier == batch(9).through)
    #expect(throws: SpoolError.self) { try spool.append([self.batch(9)]) }
    try spool.append([batch(10)])
    #expect(try batches(spool).map(\.sequence) == Array(1...11))
    #expect(spool.status.quarantined.batches == 0)
  }

  @Test func aSpoolOfANewerReleaseIsLeftAloneAndADamagedOneIsNot() throws {
    try open().append([batch(0)])
    try damage {
      try $0.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of 2030')") }
    }
    let error = try #require(throws: SpoolError.self) { try open() }
    #expect(error.kind == .unusable)
    #expect(error.message.hasSuffix("created by a newer release; upgrade the program"))
    try damage {
      try $0.write {
        try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = 'missing'")
      }
    }
    #expect(try batches(try open()).count == 1)
  }

  @Test func whatIsSetAsideStaysSoWhenTheFileIsSaved() throws {
    try open().append((0..<10).map(batch))
    try damage {
      try $0.write {
        try $0.execute(sql: "UPDATE batches SET rows = x'00' WHERE sequence IN (3, 7)")
      }
    }
    #expect(try batches(try open()).count == 8)
    try damage {
      try $0.write {
        try $0.execute(sql: "UPDATE batches SET rows = x'01' WHERE sequence = 5")
        try $0.execute(sql: "DROP TABLE configured")
      }
    }
    let spool = try open()
    #expect(try batches(spool).map(\.sequence) == [1, 2, 4, 6, 8, 9, 10])
    #expect(spool.status.quarantined == .init(batches: 3, readings: 75, bytes: 3 * 65))
  }

  @Test func aProducerWhoseNameCannotBeReadIsNotAnotherOne() throws {
    let identity = try open().identity
    let file = directory.file("spool/producer-id")
    try directory.write([0xff], to: "spool/producer-id")
    #expect(throws: SpoolError.self) { try open() }
    #expect(unlink(file) == 0)
    #expect(throws: SpoolError.self) { try open() }
    try directory.write(Array("\(identity)\n".utf8), to: "spool/producer-id")
    #expect(try open().identity == identity)
  }

  @Test func aBatchThatIsLargerThanAllTheRoomGoesInAlone() throws {
    let spool = try open(bytes: 500)
    try spool.append([batch(0)])
    #expect(throws: SpoolError.self) { try spool.append([self.batch(1)]) }
    try acknowledge(spool, through: 1)
    try spool.append([batch(1)])
    #expect(try batches(spool, after: 1).count == 1)
  }

  /// Puts a small disk where the spool is to be.
  private func mount() throws -> String {
    try directory.makeDirectory("spool")
    let place = directory.file("spool")
    let mounting = try ChildProcess.run(
      "/usr/bin/mount", ["-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", place])
    try #require(mounting.status == 0, "\(mounting.errors)")
    return place
  }

  private func unmount(_ place: String) {
    _ = try? ChildProcess.run("/usr/bin/umount", ["--lazy", place])
  }

  /// As ``batch(_:)``, with a hundred thousand bytes.
  private func large(_ number: Int64) -> Batch {
    var batch = batch(number)
    batch.rows = Array(repeating: UInt8(truncatingIfNeeded: number), count: 100_000)
    return batch
  }

  @Test(.enabled(if: geteuid() == 0, "only root may mount a small disk"))
  func onAFullDiskWhatTheDatabaseHasLostOrMayLoseIsNotGivenUp() throws {
    let place = try mount()
    defer { unmount(place) }
    let spool = try open(bytes: 1 << 30)
    try spool.append((0..<40).map(large))
    try acknowledge(spool, through: 40)
    try spool.change { _, _ in }
    spool.settle()
    _ = try ChildProcess.run("/bin/sh", ["-c", "cat /dev/zero >'\(place)/filler'"])
    // It is away, so it may have lost all of it.
    spool.suspend()
    #expect(throws: SpoolError.self) { try spool.append((40..<130).map(self.large)) }
    #expect(spool.status.kept.batches == 40)
    #expect(try reconcile(spool, watermark(30)) == .replay(31...40))
    #expect(try batches(spool, after: 30).map(\.sequence) == Array(31...40))
    // What it has makes room.
    #expect(spool.status.kept.batches == 0)
  }

  @Test(.enabled(if: geteuid() == 0, "only root may mount a small disk"))
  func aDiskThatTheSpoolItselfHasFilledIsUsedAgain() throws {
    let place = try mount()
    defer { unmount(place) }
    var next: Int64 = 0
    func fill(_ spool: Spool) throws -> SpoolError.Kind? {
      for _ in 0..<1000 {
        do throws(SpoolError) { try spool.append([large(next)]) } catch { return error.kind }
        next += 1
      }
      return nil
    }
    do {
      let spool = try open(bytes: 1 << 30)
      for round in 1...3 {
        #expect(try fill(spool) == .unwritable)
        let waiting = try batches(spool, after: spool.status.acknowledged)
        #expect(waiting.count > 5, "round \(round)")
        #expect(waiting.allSatisfy { $0.rows == large(($0.since - noon) / 100_000).rows })
        spool.acknowledge(through: waiting.last?.sequence ?? 0, Spool.Tally(waiting))
      }
      spool.close()
    }
    // Also for one who comes after.
    let another = try open(bytes: 1 << 30)
    try another.append([large(next)])
    #expect(another.status.waiting.batches == 1)
  }

  @Test func aNumberThatIsFarFromTheOthersIsNoMillionsOfLostBatches() throws {
    try open().append((0..<10).map(batch))
    try damage {
      try $0.write {
        try $0.execute(sql: "UPDATE batches SET sequence = 1 << 40 WHERE sequence = 10")
        try $0.execute(sql: "DROP TABLE configured")
      }
    }
    let spool = try open()
    #expect(spool.status.quarantined == .init())
    #expect(try batches(spool).count == 10)
  }

  /// Whatever byte goes wrong, it opens without help, and what it gives is what was written.
  @Test func randomDamageNeverGivesAWrongBatch() throws {
    var generator = SeededGenerator(seed: 4)
    do {
      let spool = try open()
      for number in 0..<30 { try spool.append([batch(Int64(number))]) }
      spool.close()
    }
    let whole = try directory.read("spool/spool.sqlite")
    let identity = try directory.read("spool/producer-id")
    for _ in 0..<60 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...50, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      try directory.remove("spool")
      try directory.makeDirectory("spool")
      try directory.write(bytes, to: "spool/spool.sqlite")
      try directory.write(identity, to: "spool/producer-id")
      let spool = try open()
      for batch in try batches(spool) {
        let number = (batch.since - noon) / 100_000
        #expect(batch.rows == self.batch(number).rows)
        #expect(batch.through == self.batch(number).through)
      }
      try spool.append([self.batch(100)])
      spool.close()
    }
  }
}

extension Spool {
  /// Whether there was room for a batch.
  fileprivate func takes(_ batch: Batch) throws(SpoolError) -> Bool {
    do {
      try append([batch])
      return true
    } catch {
      guard error.kind == .full else { throw error }
      return false
    }
  }
}
