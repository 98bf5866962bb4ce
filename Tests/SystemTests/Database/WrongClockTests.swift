import Foundation
import TestSupport
import Testing

private let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"

/// A clock that was wrong once, or is: libfaketime gives it to the producer alone.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: library), "libfaketime is not installed")
)
struct WrongClockTests {
  private func clock(_ time: String) -> [String: String?] {
    ["LD_PRELOAD": library, "FAKETIME": time, "DONT_FAKE_MONOTONIC": "1"]
  }

  private func ahead(_ producer: StandaloneProducer) -> Double? {
    producer.state()["ahead_seconds"] as? Double
  }

  private func waiting(_ producer: StandaloneProducer) -> Int? {
    (producer.state()["spool"] as? [String: Any])?["batches"] as? Int
  }

  @Test func aStreamThatIsThreeDaysAheadIsSaidAndANewSpoolLosesNothing() throws {
    let producer = try StandaloneProducer(PostgresServer.shared.get())
    try producer.start(settings: clock("+3d"))
    #expect(producer.isStoring())
    let days = 259_000.0...259_300
    #expect(ahead(producer).map(days.contains) == true)
    #expect(
      producer.log.contains(/error shipper: this machine's clock is 259\d\d\d s ahead of the/))
    #expect(producer.stop()?.status == 0)

    try producer.start()
    #expect(producer.isStoring())
    #expect(ahead(producer).map(days.contains) == true)
    #expect(
      producer.log.contains(/error simulation: simulated time is 259\d\d\d s ahead of the clock/))
    let metrics = try producer.control("GET", "/metrics/producer").body
    #expect(metrics.contains(/signals_producer_ahead_seconds 259\d\d\d/))

    // The way out.
    #expect(try producer.control("POST", "/producer/stop").status == 200)
    #expect(eventually { waiting(producer) == 0 })
    #expect(producer.stop()?.status == 0)
    let old = producer.directory.file("old-spool")
    try FileManager.default.moveItem(atPath: producer.spool, toPath: old)
    try producer.start()
    #expect(producer.isStoring())
    #expect(producer.state()["ahead_seconds"] is NSNull)
    #expect(producer.stop()?.status == 0)
    #expect(try producer.verify()["holds"] as? Bool == true)
    let verified = try producer.run("verify", settings: ["SPOOL_DIR": old])
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }

  @Test func aStreamThatTheDatabaseRefusesFillsNoLog() throws {
    let producer = try StandaloneProducer(PostgresServer.shared.get())
    try producer.start(settings: clock("@2040-01-01 00:00:00"))
    #expect(eventually(within: 60) { producer.stored >= 40 })
    let state = producer.state()
    #expect(try #require(state["dead_letters"] as? Int) >= 1000)
    #expect(try #require(state["ahead_seconds"] as? Double) > 3e8)
    let lines = producer.log.split(separator: "\n").filter { $0.contains("table dead_letters") }
    #expect((10...20).contains(lines.count), "\(lines)")
    #expect(producer.stop()?.status == 0)
  }
}
