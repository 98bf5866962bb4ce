import Glibc
import TestSupport
import Testing

/// The built program with a terminal, or with a reader that closes the pipe.
@Suite struct TerminalTests {
  private static let hostile = #"""
    [{"id":1,"signal_type":"error","value":42,"timestamp":"2026-11-24T10:00:00Z","machine":"m\u001b]0;x\u0007\u009b31m"}]
    """#

  @Test func aTerminalGetsColour() throws {
    let server = try CannedResponses.server(.body(Self.hostile))
    let outcome = try signalsInTerminal("get error", url: server.url)
    #expect(
      outcome.output
        == """
        \u{1b}[2mid\u{1b}[0m  \u{1b}[2mtimestamp\u{1b}[0m                          \
        \u{1b}[2mmachine\u{1b}[0m                    \u{1b}[2mvalue\u{1b}[0m
         \u{1b}[2m1\u{1b}[0m  2026-11-24 11:00:00.000000 +01:00  \
        m\\u{1b}]0;x\\u{7}\\u{9b}31m     \u{1b}[31m42\u{1b}[0m

        """)
    #expect(outcome.status == 0)
  }

  @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"], ["TERM": nil]])
  func colourCanBeForbidden(_ environment: [String: String?]) throws {
    let server = try CannedResponses.server(.body(Self.hostile))
    let outcome = try signalsInTerminal("get error", url: server.url, environment: environment)
    #expect(outcome.output.contains(#"m\u{1b}]0;x\u{7}\u{9b}31m     42"#))
    #expect(!outcome.output.unicodeScalars.contains("\u{1b}"))
    #expect(outcome.status == 0)
  }

  @Test func anEmptyNO_COLORForbidsNothing() throws {
    let server = try CannedResponses.server(.body(Self.hostile))
    let outcome = try signalsInTerminal("get error", url: server.url, environment: ["NO_COLOR": ""])
    #expect(outcome.output.contains("\u{1b}[31m42\u{1b}[0m"))
  }

  @Test func aFileGetsNoColour() throws {
    let server = try CannedResponses.server(.body(Self.hostile))
    let outcome = try signals(["get", "error"], url: server.url, environment: ["TERM": "xterm"])
    #expect(!outcome.output.unicodeScalars.contains("\u{1b}"))
  }

  @Test func aComplaintSteersNoTerminal() throws {
    let server = try CannedResponses.server(
      CannedResponses.problem("400 Bad Request", #"no\u001b[31m\nsignals-cli: forged"#))
    let outcome = try signals(["get", "power"], url: server.url)
    #expect(
      outcome.errors == """
        signals-cli: GET \(server.url)/signals/power: 400 Bad Request: \
        no\\u{1b}[31m\\nsignals-cli: forged (request 5f3a9c)

        """)
    #expect(outcome.status == 1)
  }

  @Test func descriptionsAreBrokenAtTheEndOfTheTerminal() throws {
    let server = try CannedResponses.server(
      .body(#"[{"name":"power","unit":"W","description":"Electrical power that it draws"}]"#))
    let outcome = try signalsInTerminal(
      "types", url: server.url, width: 40, environment: ["NO_COLOR": "1"])
    #expect(
      outcome.output == """
        type   unit  description
        power  W     Electrical power that it
                     draws

        """)
  }

  @Test func aReaderThatHasGoneIsNoFailure() throws {
    let scratch = try TemporaryDirectory()
    let gone = scratch.file("gone")
    // The response waits until the reader has closed the pipe.
    let server = try HTTPServerDouble { _ in
      .body(eventually { access(gone, F_OK) == 0 } ? CannedResponses.power : "not gone")
    }
    let outcome = try shell(
      """
      { "$1" get power; echo "status $?" >&2; } | { exec <&-; echo >'\(gone)'; }
      """, url: server.url)
    #expect(outcome.errors == "status 0\n")
  }

  @Test func aFullDiskIsAFailure() throws {
    let server = try CannedResponses.server()
    let outcome = try shell(#""$1" get power >/dev/full"#, url: server.url)
    #expect(outcome.errors == "signals-cli: cannot write output: No space left on device\n")
    #expect(outcome.status == 1)
  }

  /// Otherwise the first connection would become standard output, and the server would receive the output.
  @Test func aClosedOutputIsAFailure() throws {
    let server = try CannedResponses.server()
    for command in ["get power", "types", "watch power --last 1"] {
      let outcome = try shell("\"$1\" \(command) >&-", url: server.url)
      #expect(
        outcome.errors == "signals-cli: cannot write output: Bad file descriptor\n",
        "\(command)")
      #expect(outcome.status == 1)
    }
    #expect(server.requests.allSatisfy { $0.method == "GET" })
  }

  @Test func aClosedInputAndErrorAreNoHarm() throws {
    let server = try CannedResponses.server()
    let outcome = try shell("\"$1\" get power --output value <&- 2>&-", url: server.url)
    #expect(outcome.output == "231.5\n98\n")
    #expect(outcome.status == 0)
    let none = try shell("\"$1\" get pwoer <&- >&- 2>&-", url: server.url)
    #expect(none.status == 1)
  }

  @Test func anInterruptEndsIt() throws {
    let server = try CannedResponses.server(.hanging())
    let program = try ChildProcess(
      ChildProcess.product("signals-cli"), ["get", "power"],
      environment: signalsEnvironment(server.url))
    #expect(eventually { server.requests.count == 1 })
    program.signal(SIGINT)
    #expect(program.wait().status == 130)
  }
}
