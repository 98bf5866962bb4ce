import Foundation
import Postgres
import TestSupport
import Testing

/// A database that is not, or no longer, the one that the producer has written to.
@Suite struct ReplacedDatabaseTests {
  /// Takes the database away from beneath the producer, which then finds none of that name.
  private func drop(_ producer: StandaloneProducer) throws {
    let session = try PostgresConnection(
      producer.server.parameters(), timeouts: .init(timeout: .seconds(60)))
    try session.execute("DROP DATABASE \(producer.database) WITH (FORCE)")
  }

  @Test(arguments: [false, true])
  func anEmptyOneGetsAllThatTheSpoolKeeps(isRunningMeanwhile: Bool) throws {
    let producer = try StandaloneProducer(PostgresServer.shared.get())
    try producer.start()
    #expect(producer.isStoring())
    if !isRunningMeanwhile { #expect(producer.stop()?.status == 0) }
    try drop(producer)
    if !isRunningMeanwhile { try producer.start() }
    #expect(
      eventually {
        producer.log.contains(
          /the database has lost batches after 0; sending 1 to \d+ again/)
      }, "\(producer.log)")
    #expect(producer.isStoring())
    #expect(producer.stop()?.status == 0)
    let result = try producer.verify()
    #expect(result["holds"] as? Bool == true, "\(result)")
  }

  @Test func whatIsNoLongerKeptIsNamedAndTheRestIsThereOnce() throws {
    let producer = try StandaloneProducer(
      PostgresServer.shared.get(), settings: ["SPOOL_KEEP": "0"])
    try producer.start()
    #expect(producer.isStoring())
    try drop(producer)
    #expect(
      eventually {
        producer.log.contains(/1 to \d+ are no longer in the spool and are missing/)
      }, "\(producer.log)")
    #expect(producer.isStoring())
    let missing = try #require(producer.state()["missing"] as? [[String: Any]])
    #expect(missing.count == 1 && missing[0]["first"] as? Int == 1)
    #expect(try #require(missing[0]["last"] as? Int) >= 5)
    #expect(producer.stop()?.status == 0)
    let result = try producer.verify()
    #expect(result["holds"] as? Bool == false)
    #expect(try #require(result["missing"] as? Int) > 0)
    for name in ["duplicate", "different", "unexpected"] { #expect(result[name] as? Int == 0) }
  }

  @Test func aWatermarkThatSomebodyHasWrittenIsNamedUntilItIsRight() throws {
    let producer = try StandaloneProducer(PostgresServer.shared.get())
    try producer.start()
    #expect(producer.isStoring())
    let session = try producer.connect()
    let before = try session.integer(
      """
      WITH before AS MATERIALIZED (SELECT * FROM ingest_watermarks FOR UPDATE)
      UPDATE ingest_watermarks w SET sequence = 9223372036854775807 FROM before
      WHERE w.producer = before.producer RETURNING before.sequence
      """)
    #expect(
      eventually {
        producer.lastError?.contains("ingest_watermarks has 9223372036854775807 up to") ?? false
      })
    #expect(try producer.run("verify").errors.contains("expected a sequence from 0 to"))
    try session.execute("UPDATE ingest_watermarks SET sequence = \(before)")
    #expect(producer.isStoring())
    #expect(producer.lastError == nil)
    #expect(producer.stop()?.status == 0)
    let result = try producer.verify()
    #expect(result["holds"] as? Bool == true, "\(result)")
  }

  /// As when somebody copies a machine, and starts both.
  @Test func twoProducersWithCopiesOfOneSpoolStoreEachReadingOnce() throws {
    let server = try PostgresServer.shared.get()
    let producer = try StandaloneProducer(server)
    try producer.start()
    #expect(producer.isStoring())
    #expect(producer.stop()?.status == 0)
    let copy = try StandaloneProducer(server, settings: ["DB_NAME": producer.database])
    try FileManager.default.copyItem(atPath: producer.spool, toPath: copy.spool)
    try producer.start()
    try copy.start()
    #expect(producer.isStoring(20) && copy.isStoring(20))
    #expect(producer.stop()?.status == 0)
    #expect(copy.stop()?.status == 0)
    let result = try producer.verify()
    #expect(result["holds"] as? Bool == true, "\(result)")
  }
}
