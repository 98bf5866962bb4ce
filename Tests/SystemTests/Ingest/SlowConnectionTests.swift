import Foundation
import Server
import Simulation
import Spool
import TestSupport
import Testing
import Time

@testable import Producer

/// A database that takes the readings slowly.
@Suite struct SlowConnectionTests {
  private static let machines = 200

  /// A spool as if the producer had been away for some time.
  private func leaveSpool(_ producer: StandaloneProducer, secondsAgo: Int64) throws {
    let spool = try Spool(directory: producer.spool)
    let start = BatchGrid(.milliseconds(100)).start(at: .now + -secondsAgo * 1_000_000)
    let plan = Plan(machines: SlowConnectionTests.machines, seed: 1, rates: .standard)
    try spool.record([PlanEntry(.init(since: start, plan: plan))], configured: plan.text)
    spool.close()
  }

  /// How much the producer has held in RAM at most, in bytes.
  private func mostMemory(_ producer: StandaloneProducer) throws -> Int {
    let pid = try #require(producer.process?.pid)
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    let peak = try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/))
    return try #require(Int(peak.1)) << 10
  }

  private func waiting(_ producer: StandaloneProducer, _ what: String) -> Int {
    (producer.state()["spool"] as? [String: Any])?[what] as? Int ?? 0
  }

  @Test func theBacklogGoesThroughInBoundedMemory() throws {
    let server = try PostgresServer.shared.get()
    let perSecond = SlowConnectionTests.machines * 100
    let line = try SlowConnection(to: server, bytesPerSecond: 6 * perSecond * 40)
    let producer = try StandaloneProducer(
      server, host: line.host, settings: ["PRODUCER_MACHINES": "\(SlowConnectionTests.machines)"])
    try leaveSpool(producer, secondsAgo: 40)
    try producer.start(settings: ["DB_HOST": producer.directory.path])
    #expect(eventually(within: 120) { waiting(producer, "readings") >= 40 * perSecond })
    producer.end(by: SIGKILL)

    try producer.start()
    #expect(
      eventually(within: 120) {
        producer.stored > 0 && waiting(producer, "batches") < 10
      }, "\(producer.log)")
    // What is being sent, what is read meanwhile, and the program: not the 32 MB and more that waited.
    #expect(try mostMemory(producer) < 85 << 20)
    #expect(producer.stop()?.status == 0)
    let result = try producer.verify()
    #expect(result["holds"] as? Bool == true, "\(result)")
    #expect(try #require(result["stored"] as? Int) >= 40 * perSecond)
  }
}
