import TestSupport
import Testing

@testable import SignalsCLI

@Suite struct PagerTests {
  private static let readings =
    "["
    + (1...40).map {
      #"{"id":\#($0),"signal_type":"power","value":\#($0),"timestamp":"2026-11-24T10:00:00Z","machine":"m"}"#
    }.joined(separator: ",") + "]"

  private func pager(_ environment: [String: String]) -> Pager? { Pager { environment[$0] } }

  /// The output of `get --fields id` on a terminal of 24 lines.
  private func output(
    _ environment: [String: String?], _ arguments: String = "", height: Int = 24
  ) throws -> String {
    let server = try CannedResponses.server(.body(Self.readings))
    let outcome = try signalsInTerminal(
      "get power --fields id \(arguments)", url: server.url, height: height,
      environment: environment)
    #expect(outcome.status == 0)
    return outcome.output
  }

  @Test func lessIsTheDefault() {
    #expect(pager(["TERM": "xterm"])?.command == .less)
    #expect(pager(["TERM": "xterm"])?.environment.map(\.name) == ["LESS"])
    #expect(pager(["TERM": "xterm", "LESS": "S"])?.environment.isEmpty == true)
    #expect(pager(["TERM": "xterm", "PAGER": "most -s"])?.command == .shell("most -s"))
  }

  @Test(arguments: [["TERM": "xterm", "PAGER": "cat"], ["TERM": "dumb"], [:]])
  func thereNeedNotBeOne(_ environment: [String: String]) {
    #expect(pager(environment) == nil)
  }

  @Test func aLongTableGoesThroughIt() throws {
    #expect(try output(["PAGER": "wc -l"]) == "41\n")
    #expect(try output(["PAGER": "wc -l", "NO_COLOR": "1"], "--no-pager").hasPrefix("id\n 1\n"))
    #expect(try output(["PAGER": "wc -l", "NO_COLOR": "1"], height: 42).hasPrefix("id\n 1\n"))
  }

  @Test func aReaderWhoHasSeenEnoughIsNoFailure() throws {
    #expect(try output(["PAGER": "head -n 1", "NO_COLOR": "1"]) == "id\n")
  }

  @Test func withoutThatProgramItIsShownAtOnce() throws {
    let output = try output(["PAGER": "no-such-pager-here", "NO_COLOR": "1"])
    #expect(output.contains("no-such-pager-here"))
    #expect(output.hasSuffix("\n39\n40\n"))
  }
}
