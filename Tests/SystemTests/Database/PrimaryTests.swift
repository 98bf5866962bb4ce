import Foundation
import Postgres
import TestSupport
import Testing

/// Several servers, of which one is the primary: readings come from that one or not at all.
@Suite struct PrimaryTests {
  private let first: PostgresServer
  private let second: PostgresServer
  private let database = "plant"

  init() throws {
    first = try PostgresServer()
    try StandaloneAccessor.migrate(first, database)
    try PrimaryTests.session(first, database).executeScript(
      """
      INSERT INTO machines (name) VALUES ('press');
      SELECT make_day_partition(current_date)
      """)
    second = try first.makeStandby()
  }

  private static func session(_ server: PostgresServer, _ database: String) throws
    -> PostgresConnection
  {
    try PostgresConnection(
      server.parameters(database: database), timeouts: .init(timeout: .seconds(60)))
  }

  /// Commits a reading with a value of its own.
  private func write(_ value: Int, to server: PostgresServer) throws {
    try PrimaryTests.session(server, database).execute(
      """
      INSERT INTO machine_signals (machine_id, type_id, value, time)
      SELECT machines.id, signal_types.id, \(value), clock_timestamp() FROM machines, signal_types
      WHERE signal_types.name = 'power'
      """)
  }

  private func accessor(_ servers: PostgresServer...) throws -> StandaloneAccessor {
    let hosts = servers.map(\.directory).joined(separator: ",")
    return try StandaloneAccessor(servers[0], database, settings: ["DB_HOST": hosts])
  }

  /// The newest value, or the status of the answer where that is not 200.
  private func newest(_ accessor: StandaloneAccessor) throws -> String {
    let answer = try accessor.ask("/signals/power?limit=1")
    guard answer.status == 200 else {
      #expect(answer.headers["Retry-After"] == "1")
      return "\(answer.status)"
    }
    let list = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [[String: Any]]
    return list?.first?["value"].map { "value \($0)" } ?? "none"
  }

  private func expectCause(_ cause: String, _ accessor: StandaloneAccessor) throws {
    #expect(
      try eventually {
        try accessor.object("/signals/power")["cause"] as? String == cause
          && accessor.object("/health")["cause"] as? String == cause
      }, "\(accessor.log)")
  }

  @Test func aStandbyThatStandsFirstIsPassedOver() throws {
    let accessor = try accessor(second, first)
    for round in 1...20 {
      try write(round, to: first)
      #expect(try newest(accessor) == "value \(round)", "\(accessor.log)")
    }
    let metrics = try accessor.ask("/metrics").body
    #expect(metrics.contains("signals_accessor_database_hosts{role=\"primary\"} 1"))
    #expect(metrics.contains("signals_accessor_database_hosts{role=\"standby\"} 1"))
  }

  @Test func afterAFailoverNoAnswerMissesWhatWasCommittedThere() throws {
    let accessor = try accessor(first, second)
    try write(1, to: first)
    #expect(try eventually { try newest(accessor) == "value 1" }, "\(accessor.log)")
    first.crash()
    // The standby has all of it, and yet it may not answer.
    for _ in 0..<50 { #expect(try newest(accessor) == "503") }
    try expectCause("standby", accessor)
    try second.promote()
    try write(2, to: second)
    var answers: Set<String> = []
    #expect(
      try eventually {
        let answer = try newest(accessor)
        answers.insert(answer)
        return answer == "value 2"
      }, "\(accessor.log)")
    #expect(answers.isSubset(of: ["503", "value 2"]))

    // The old one comes back as if nothing had happened: it stays out, even while the new one is away.
    try first.start()
    try write(3, to: first)
    try write(4, to: second)
    #expect(eventually { accessor.log.contains("also claims to be the primary") })
    for _ in 0..<50 { #expect(try newest(accessor) == "value 4") }
    second.crash()
    for _ in 0..<50 { #expect(try newest(accessor) == "503") }
    try expectCause("standby", accessor)
    try second.start()
    #expect(try eventually { try newest(accessor) == "value 4" }, "\(accessor.log)")
  }

  @Test func anOldPrimaryThatNobodyHasStoppedIsLeft() throws {
    let accessor = try accessor(first, second)
    try write(1, to: first)
    #expect(try eventually { try newest(accessor) == "value 1" }, "\(accessor.log)")
    try second.promote()
    try write(2, to: second)
    #expect(try eventually { try newest(accessor) == "value 2" }, "\(accessor.log)")
    for round in 3...50 {
      try write(round, to: second)
      #expect(try newest(accessor) == "value \(round)")
    }
    // One that starts now has seen neither, and waits for both.
    let late = try self.accessor(first, second)
    var lateAnswers: Set<String> = []
    #expect(
      try eventually {
        let answer = try newest(late)
        lateAnswers.insert(answer)
        return answer == "value 50"
      })
    #expect(lateAnswers.isSubset(of: ["503", "value 50"]))
  }

  @Test func aLoneServerThatIsAStandbyIsNotRead() throws {
    let accessor = try accessor(second)
    try expectCause("standby", accessor)
    try second.promote()
    try write(1, to: second)
    #expect(try eventually { try newest(accessor) == "value 1" }, "\(accessor.log)")
    // It becomes one again beneath the same address.
    try second.follow(first)
    second.stop()
    try second.start()
    try expectCause("standby", accessor)
    #expect(try newest(accessor) == "503")
  }
}
