import GRDB
import Signals
import TestSupport
import Testing
import Time

@testable import Spool

/// What was to be simulated when, as the spool keeps it.
@Suite final class PlanJournalTests {
  private let directory: TemporaryDirectory
  private let noon = Timestamp(microseconds: 1_795_514_400_000_000)

  init() throws { directory = try TemporaryDirectory() }

  private func open() throws -> Spool { try Spool(directory: directory.file("spool")) }

  /// The batch of the `number`th second.
  private func batch(_ number: Int64) -> Batch {
    Batch(
      sequence: 0, since: noon + number * 1_000_000, through: noon + (number + 1) * 1_000_000,
      count: 0, rows: [])
  }

  private func change(_ sql: String) throws {
    let queue = try DatabaseQueue(path: directory.file("spool/spool.sqlite"))
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  @Test func aPlanReplacesThoseFromItsMomentOn() throws {
    let spool = try open()
    try spool.record([
      .init(since: noon, plan: "a"), .init(since: noon + 5, plan: "b"),
      .init(since: noon + 9, plan: "c"),
    ])
    try spool.record([.init(since: noon + 5, plan: "d")])
    #expect(try spool.plans().map(\.plan) == ["a", "d"])
    #expect(try spool.configured() == nil)
    try spool.record([], configured: "x")
    try spool.record([], configured: "y")
    #expect(try spool.configured() == "y")
  }

  @Test func ofThePlansTheOldestAreForgottenWhenTheyAreTooMuch() throws {
    let spool = try open()
    let size = Spool.planBytes / 4
    func record(_ numbers: Range<Int64>) throws {
      for number in numbers {
        try spool.record([
          .init(since: batch(number).since, plan: "\(number)" + String(repeating: " ", count: size))
        ])
      }
    }
    func plans() throws -> [String] {
      try spool.plans().map { String($0.plan.prefix { $0 != " " }) }
    }
    try record(0..<6)
    // By all of these there is still something to simulate.
    #expect(try plans() == ["0", "1", "2", "3", "4", "5"])
    try spool.append([batch(0)])
    try record(6..<7)
    #expect(try plans() == ["1", "2", "3", "4", "5", "6"])
    try spool.append((1..<7).map(batch))
    try record(7..<8)
    #expect(try plans() == ["5", "6", "7"])
  }

  // MARK: - Damage

  @Test(arguments: [
    "UPDATE plans SET plan = 'B' WHERE plan = 'b'",
    "UPDATE plans SET since = since + 1 WHERE plan = 'b'",
    "UPDATE plans SET checksum = checksum + 1 WHERE plan = 'b'",
    // Beside damage for which the whole file is saved.
    "UPDATE plans SET plan = 'B' WHERE plan = 'b'; DROP TABLE missing",
  ])
  func aPlanThatIsDamagedIsForgottenWithThoseBeforeIt(damage: String) throws {
    let entries = ["a", "b", "c", "d"].enumerated().map {
      PlanEntry(since: noon + Int64($0.offset) * 1_000_000, plan: $0.element)
    }
    try open().record(entries, configured: "x")
    try change(damage)
    // Whoever only reads it has to know, too.
    #expect(try SpoolReader(directory: directory.file("spool")).plans() == Array(entries[2...]))
    let spool = try open()
    #expect(try spool.plans() == Array(entries[2...]))
    #expect(try spool.configured() == "x")
    #expect(try spool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM plans") } == 2)
  }

  @Test func settingsThatAreDamagedAreNotKnown() throws {
    try open().record([.init(since: noon, plan: "a")], configured: "x")
    try change("UPDATE configured SET plan = 'y'")
    let spool = try open()
    #expect(try spool.configured() == nil)
    #expect(try spool.plans().map(\.plan) == ["a"])
  }

  @Test func plansOfAReleaseWithoutChecksumsAreBelievedAndGetThem() throws {
    do {
      _ = try open().identity
      try directory.remove("spool/spool.sqlite")
      let queue = try DatabaseQueue(path: directory.file("spool/spool.sqlite"))
      try SpoolSchema.migrator.migrate(queue, upTo: "missing")
      try queue.write {
        try $0.execute(sql: "INSERT INTO plans VALUES (?, 'a')", arguments: [noon.microseconds])
        try $0.execute(sql: "INSERT INTO configured VALUES ('x')")
      }
    }
    #expect(try SpoolReader(directory: directory.file("spool")).plans().map(\.plan) == ["a"])
    #expect(try open().plans() == [.init(since: noon, plan: "a")])
    #expect(try open().configured() == "x")
    try change("UPDATE plans SET plan = 'b'")
    #expect(try open().plans().isEmpty)
  }
}
