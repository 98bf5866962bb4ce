import Curl
import TestSupport
import Testing

@testable import SignalsCLI

@Suite struct TraceTests {
  @Test func headsAreShownWithoutTheToken() throws {
    let server = try CannedResponses.producerServer()
    let outcome = try signals(
      ["producer", "status", "--verbose", "--json"], url: server.url,
      environment: ["SIGNALS_TOKEN": CannedResponses.token])
    #expect(outcome.output == CannedResponses.producer() + "\n")
    let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "> GET /producer HTTP/1.1")
    #expect(lines.contains("> Authorization: Bearer [hidden]"))
    #expect(lines.contains("< HTTP/1.1 200 OK"))
    #expect(lines.contains("< Content-Type: application/json"))
    #expect(lines.allSatisfy { $0.isEmpty || $0.hasPrefix("> ") || $0.hasPrefix("< ") })
    #expect(!outcome.errors.contains(CannedResponses.token))
  }

  @Test func aServersHeadSteersNoTerminal() {
    #expect(Trace.received("X: \u{1b}[31m").text == "< X: \\u{1b}[31m\n")
    #expect(Trace.sent("AUTHORIZATION:Basic abc").text == "> AUTHORIZATION: Basic [hidden]\n")
    #expect(Trace.sent("proxy-authorization: x").text == "> proxy-authorization: [hidden]\n")
  }
}
