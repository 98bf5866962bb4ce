import TestSupport
import Testing

/// A standby that lags takes the place of the database.
@Suite struct FailoverTests {
  /// While the database is away nothing that was stored gets older, however short it is kept.
  @Test func afterAnOutageOfThreeTimesSpoolKeepALaggingStandbyGetsWhatItLacks() throws {
    let primary = try PostgresServer()
    let producer = try StandaloneProducer(primary, settings: ["SPOOL_KEEP": "5"])
    try producer.start()
    #expect(producer.isStoring())
    #expect(producer.stop()?.status == 0)
    let standby = try primary.makeLaggingStandby()
    try producer.start(settings: ["DB_HOST": "\(primary.directory),\(standby.directory)"])
    // A second that the standby does not get.
    #expect(producer.isStoring(10))
    primary.stop()
    func waiting() -> Int { (producer.state()["spool"] as? [String: Any])?["batches"] as? Int ?? 0 }
    #expect(eventually(within: 60) { waiting() >= 150 })
    try standby.start()
    try standby.promote()
    #expect(
      eventually(within: 60) {
        producer.log.contains(/has lost batches after \d+; sending \d+ to \d+ again/)
      },
      "\(producer.log)")
    #expect(eventually(within: 60) { waiting() == 0 })
    #expect(producer.stop()?.status == 0)
    let result = try producer.verify(at: standby)
    #expect(result["holds"] as? Bool == true, "\(result)")
  }
}
