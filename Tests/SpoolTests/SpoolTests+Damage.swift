import GRDB
import Glibc
import Signals
import TestSupport
import Testing
import Time

@testable import Spool

/// Damaged files, full disks.
extension SpoolTests {
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
  func mount() throws -> String {
    try directory.makeDirectory("spool")
    let place = directory.file("spool")
    let mounting = try ChildProcess.run(
      "/usr/bin/mount", ["-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", place])
    try #require(mounting.status == 0, "\(mounting.errors)")
    return place
  }

  func unmount(_ place: String) {
    _ = try? ChildProcess.run("/usr/bin/umount", ["--lazy", place])
  }

  /// As ``batch(_:)``, with a hundred thousand bytes.
  func large(_ number: Int64) -> Batch {
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
