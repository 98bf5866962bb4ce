import GRDB
import Signals
import TestSupport
import Testing
import Time

@testable import Spool

/// Agreeing with the database on what is stored.
extension SpoolTests {
  /// A spool with batches 1 to 10, the first 6 acknowledged and the first 2 no longer there.
  func spoolOfTen() throws -> Spool {
    let spool = try open(keep: .zero)
    try spool.append((0..<10).map(batch))
    try acknowledge(spool, through: 2)
    try spool.tidy()
    try acknowledge(spool, through: 6)
    return spool
  }

  func reconcile(_ spool: Spool, _ watermark: Watermark) throws -> Reconciliation {
    try spool.reconcile(with: watermark) { batch, time in
      var rest = batch
      rest.since = time
      rest.rows = [7]
      return rest
    }
  }

  func watermark(_ sequence: Int64) -> Watermark {
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
}
