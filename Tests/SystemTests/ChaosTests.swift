import Foundation
import TestSupport
import Testing

/// `scripts/chaos`, with a few blows: kills, also beneath an order, a torn journal, frozen processes.
@Suite struct ChaosTests {
  @Test func nothingIsLostAndNothingIsThereTwice() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let programs = URL(fileURLWithPath: ChildProcess.product("signals-producer"))
      .deletingLastPathComponent().path
    let outcome = try ChildProcess(
      root.appendingPathComponent("scripts/chaos").path,
      ["--programs", programs, "--seed", "7", "12"]
    ).wait(within: 300)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("Everything is there, once."))
    #expect(outcome.output.contains(/(?m)^ {2}\d+ × (change machines|inject fault|stop machines)$/))
    // Which acts there can be depends on the machine, and not each finds what it wants to hit.
    let hits = outcome.output.matches(of: /(?m)^ {2}(\d+) × ([a-z ]+)$/)
    #expect(hits.count >= 3, "\(outcome.output)")
    #expect(hits.reduce(0) { $0 + (Int($1.1) ?? 0) } >= 6, "\(outcome.output)")
  }
}
