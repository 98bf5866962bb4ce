import Foundation
import TestSupport
import Testing

/// `scripts/chaos`, with a few blows: kills, a torn journal, frozen processes.
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
  }
}
