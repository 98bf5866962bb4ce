import Foundation
import TestSupport
import Testing

/// `scripts/chaos`, with a few blows: kills, also beneath an order, a torn journal, frozen processes.
@Suite struct ChaosTests {
  @Test func nothingIsLostAndNothingIsThereTwice() throws {
    let root = NginxServer.repository
    let programs = URL(fileURLWithPath: ChildProcess.product("signals-producer"))
      .deletingLastPathComponent().path
    let outcome = try ChildProcess(
      root.appendingPathComponent("scripts/chaos").path,
      ["--programs", programs, "--seed", "7", "12"]
    ).wait(within: 300)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("Every reading is stored exactly once."))
    #expect(
      outcome.output.contains(
        /(?m)^ {2}[1-9]\d* of \d+ × (change machines|inject fault|stop machines)$/))
    // Which acts there can be depends on the machine, and not each finds what it wants to hit.
    let hits = outcome.output.matches(of: /(?m)^ {2}(\d+) of \d+ × ([a-z ]+)$/)
    #expect(hits.count >= 3, "\(outcome.output)")
    #expect(hits.reduce(0) { $0 + (Int($1.1) ?? 0) } >= 6, "\(outcome.output)")
  }

  @Test func anActThatNeverHitsIsNamed() throws {
    let script = """
      set -euo pipefail
      source scripts/lib/say.sh; source scripts/lib/chaos.sh
      verbose=''
      hit_it() { true; }
      miss_it() { false; }
      miss_once() { [[ -v missed ]] || ! missed=1; }
      for n in 1 2 3; do perform hit_it; perform miss_it; perform miss_once; done
      report_hits
      echo "never$never_hit"
      """
    let output = try ChildProcess.output(
      of: "bash", ["-c", script], directory: NginxServer.repository.path)
    #expect(
      output == """
          3 of 3 × hit it
          0 of 3 × miss it
          2 of 3 × miss once
        never, miss it

        """)
  }
}
