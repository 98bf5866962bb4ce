import Foundation
import Postgres
import Signals
import Synchronization
import TestSupport
import Testing

@testable import SignalStore

@Suite struct JournalTests {
  private let database: SegmentDatabase
  private let producer = ReadingWriter.producer

  init() throws {
    database = try SegmentDatabase()
    try database.connect().establishEpoch(ClusterTimeline(system: 1, timeline: 1))
  }

  private static let entry = JournalEntry(times: [0...5], ids: [1..<2])
  /// The same without the lock.
  private static let withoutLock = PostgresConnection.commitStatements(
    entry, producer: ReadingWriter.producer
  ).split(separator: ";").dropFirst().joined(separator: ";")

  /// How many rows a reader misses that follows by number, while writers hold their transactions open for
  /// random times, also between taking a number and the commit.
  private func missed(statements: String, writers: Int, transactions: Int) throws -> Int {
    let failures = Mutex<[String]>([])
    let running = Atomic(writers)
    let database = database
    for writer in 0..<writers {
      Thread.detachNewThread {
        defer { running.subtract(1, ordering: .sequentiallyConsistent) }
        var generator = SeededGenerator(seed: UInt64(writer))
        func pause() -> String {
          "SELECT pg_sleep(\(Double.random(in: 0...0.002, using: &generator)));"
        }
        do {
          let session = try database.connect()
          for _ in 0..<transactions {
            let parts = statements.split(separator: ";").map(String.init)
            try session.executeScript("BEGIN; SELECT 1; \(pause())")
            for part in parts.dropLast() { try session.executeScript("\(part); \(pause())") }
            try session.executeScript(parts.last!)
          }
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    let reader = try database.connect()
    var cursor: Int64 = 0
    var seen = 0
    while true {
      // Checked before reading, so that the last look sees everything.
      let isLast = running.load(ordering: .sequentiallyConsistent) == 0
      let rows = try reader.execute(
        "SELECT number FROM journal WHERE number > \(cursor) ORDER BY number")
      seen += rows.rowCount
      if rows.rowCount > 0 { cursor = rows.integer(rows.rowCount - 1, 0) }
      if isLast { break }
    }
    #expect(failures.withLock { $0 } == [])
    let stored = try reader.integer("SELECT count(*) FROM journal")
    #expect(stored == Int64(writers * transactions))
    return Int(stored) - seen
  }

  @Test func aReaderThatFollowsMissesNothing() throws {
    let statements = PostgresConnection.commitStatements(JournalTests.entry, producer: producer)
    #expect(try missed(statements: statements, writers: 6, transactions: 100) == 0)
  }

  /// Proves that the test above can fail.
  @Test func withoutTheLockAReaderMissesSome() throws {
    #expect(
      try missed(statements: JournalTests.withoutLock, writers: 6, transactions: 100) > 0)
  }

  @Test func aWriterWaitsForTheCommitOfTheOneBefore() throws {
    let first = try database.connect()
    let second = try database.connect()
    let statements = PostgresConnection.commitStatements(JournalTests.entry, producer: producer)
      .split(separator: ";").map(String.init)
    try first.executeScript("BEGIN; \(statements[0]); \(statements[1])")
    try second.executeScript("BEGIN; SET LOCAL lock_timeout = '50ms'")
    let error = try #require(throws: PostgresError.self) {
      try second.commit(JournalTests.entry, producer: producer)
    }
    #expect(error.sqlState == .lockNotAvailable)
    try second.execute("ROLLBACK")
    try first.execute("COMMIT")
    try second.execute("BEGIN")
    try second.commit(JournalTests.entry, producer: producer)
    #expect(try first.integer("SELECT count(*) FROM journal") == 2)
  }

  @Test func onlyWhoMayChangeTheTableCanHoldUpWriters() throws {
    let session = try database.connect()
    try session.executeScript(
      """
      DO $$ BEGIN CREATE ROLE journal_reader; EXCEPTION WHEN duplicate_object THEN END $$;
      GRANT SELECT ON journal, journal_lock, journal_state TO journal_reader;
      SET ROLE journal_reader
      """)
    for mode in ["SHARE UPDATE EXCLUSIVE", "SHARE", "ROW EXCLUSIVE", "ACCESS EXCLUSIVE"] {
      let error = #expect(throws: PostgresError.self) {
        try session.executeScript("BEGIN; LOCK TABLE journal_lock IN \(mode) MODE")
      }
      #expect(error?.sqlState == .insufficientPrivilege)
      try session.execute("ROLLBACK")
    }
  }

  @Test func anEntryHasTheRangesOfItsReadings() throws {
    let second: Int64 = 1_000_000
    let late = 86_400 * second
    let entry = JournalEntry(
      times: [late...late + 90_000, 0...90_000, late + 100_000...late + 190_000, 5...5],
      ids: [20..<30, 1..<5, 5..<20, 7..<7, 100..<101])
    #expect(entry.ids == [1..<30, 100..<101])
    #expect(entry.times == [0...90_000, late...late + 190_000])
    let session = try database.connect()
    try session.execute("BEGIN")
    try session.commit(entry, producer: producer)
    #expect(
      try session.integer(
        """
        SELECT count(*) FROM journal WHERE ids = '{[1,30),[100,101)}'
          AND times @> timestamptz '1970-01-02 00:00:00.19+00'
          AND NOT times @> timestamptz '1970-01-01 00:00:00.090001+00'
        """) == 1)
  }

  @Test func anEpochEndsWithItsHistory() throws {
    let session = try database.connect()
    func epoch() throws -> String { try session.text("SELECT epoch::text FROM journal_state") }
    let first = try epoch()
    try session.establishEpoch(ClusterTimeline(system: 1, timeline: 1))
    #expect(try epoch() == first)
    try session.establishEpoch(ClusterTimeline(system: 1, timeline: 2))
    let promoted = try epoch()
    try session.establishEpoch(ClusterTimeline(system: 2, timeline: 2))
    let restored = try epoch()
    try session.establishEpoch(ClusterTimeline(system: 2, timeline: 2), wentBack: true)
    #expect(Set([first, promoted, restored, try epoch()]).count == 4)
  }

  @Test func onlyAPrefixIsTrimmedAndNeverTheHead() throws {
    let session = try database.connect()
    for _ in 0..<5 {
      try session.execute("BEGIN")
      try session.commit(JournalTests.entry, producer: producer)
    }
    func numbers() throws -> String {
      try session.text("SELECT string_agg(number::text, ' ' ORDER BY number) FROM journal")
    }
    // 4 is old too, but comes after 3, which stays.
    try session.execute(
      "UPDATE journal SET stored_at = stored_at - interval '1 day' WHERE number IN (1, 2, 4)")
    #expect(try session.integer("SELECT trim_journal(now() - interval '1 hour')") == 2)
    #expect(try numbers() == "3 4 5")
    #expect(try session.integer("SELECT removed_through FROM journal_state") == 2)
    #expect(try session.integer("SELECT trim_journal('infinity')") == 2)
    #expect(try numbers() == "5")
    #expect(try session.integer("SELECT trim_journal('infinity')") == 0)
    #expect(try session.integer("SELECT removed_through FROM journal_state") == 4)
  }

  @Test func blocksOfIDsAreApart() throws {
    let one = try database.connect()
    let other = try database.connect()
    let first = try one.integer("SELECT nextval('reading_ids')")
    let second = try other.integer("SELECT nextval('reading_ids')")
    let third = try one.integer("SELECT nextval('reading_ids')")
    #expect([first, second, third] == [1, 1 + (1 << 20), 1 + (2 << 20)])
    try one.execute("SELECT setval('reading_ids', 9007199253692417)")
    #expect(throws: PostgresError.self) { try one.execute("SELECT nextval('reading_ids')") }
  }
}
