import SignalsAPI
import Synchronization
import TestSupport
import Testing

/// The built program and a producer's control endpoint.
@Suite struct ProducerTests {
  private let withToken: [String: String?] = ["SIGNALS_TOKEN": CannedResponses.token]

  @Test func statusShowsTheProducer() throws {
    let server = try CannedResponses.producerServer()
    let table = try signals(["producer", "status"], url: server.url, environment: withToken)
    #expect(table.output.hasPrefix("state                running\nmachines             1\n"))
    #expect(table.errors == "")
    #expect(table.status == 0)
    let json = try signals(
      ["producer", "status", "--output", "json"], url: server.url, environment: withToken)
    #expect(json.output == CannedResponses.producer() + "\n")
  }

  @Test func startAndStopShowWhatBecameOfIt() throws {
    let server = try CannedResponses.producerServer(
      after: CannedResponses.producer(state: "stopped"))
    let stop = try signals(["producer", "stop", "--yes"], url: server.url, environment: withToken)
    #expect(stop.output == "state  running → stopped\n")
    #expect(stop.status == 0)
    let unchanged = try CannedResponses.producerServer()
    let start = try signals(["producer", "start"], url: unchanged.url, environment: withToken)
    #expect(start.output == "state  running, as before\n")
    #expect(
      server.requests.map { "\($0.method) \($0.target)" } == [
        "GET /producer", "POST /producer/stop",
      ])
    #expect(
      unchanged.requests.map { "\($0.method) \($0.target)" }
        == ["GET /producer", "POST /producer/start"])
  }

  @Test func aStartWithoutDatabaseSaysSo() throws {
    let server = try CannedResponses.producerServer(
      before: CannedResponses.producer(state: "stopped"),
      after: CannedResponses.producer(
        state: "blocked", database: CannedResponses.away("no route")))
    let outcome = try signals(["producer", "start"], url: server.url, environment: withToken)
    #expect(
      outcome.output == """
        state     stopped → blocked
        database  not connected; last error: no route

        """)
  }

  @Test func inJSONOnlyTheActIsAsked() throws {
    let server = try CannedResponses.producerServer(
      after: CannedResponses.producer(state: "stopped"))
    let outcome = try signals(
      ["producer", "stop", "--yes", "--output", "json"], url: server.url, environment: withToken)
    #expect(outcome.output == CannedResponses.producer(state: "stopped") + "\n")
    #expect(server.requests.map(\.method) == ["POST"])
    #expect(server.requests.first?.body == "")
  }

  @Test func setSendsWhatIsToChangeAndShowsIt() throws {
    let server = try CannedResponses.producerServer(
      after: CannedResponses.producer(machines: 4, powerHz: 50, error: .init(min: 1.5, max: 3)))
    let outcome = try signals(
      [
        "producer", "set", "--machines", "4", "--seed", "18446744073709551615", "--power-hz", "50",
        "--state-change-seconds", "1-5", "--error-seconds", "1.5-3",
      ], url: server.url, environment: withToken)
    #expect(
      outcome.output == """
        state         running, as before
        machines      1 → 4
        seed          18446744073709551615, as before
        power         100 Hz → 50 Hz
        state change  every 1 to 5 s, as before
        error         every 10 to 30 s → every 1.5 to 3 s

        """)
    let request = try #require(server.requests.last)
    #expect(request.method == "PATCH")
    #expect(request.target == "/producer")
    #expect(request["Content-Type"] == "application/json")
    #expect(
      request.body
        == #"{"machines":4,"seed":18446744073709551615,"rates":{"power_hz":50,"#
        + #""state_change_seconds":{"min":1,"max":5},"error_seconds":{"min":1.5,"max":3}}}"#)
  }

  @Test(arguments: [
    (["stop"], "no readings will be produced until the next start"),
    (["set", "--machines", "1"], "3 machines will be removed"),
    (
      ["set", "--seed", "7", "--machines", "3", "--json"],
      "1 machine will be removed and the readings of seed 1 will end"
    ),
  ])
  func whatLosesSomethingIsNotDoneUnasked(_ arguments: [String], _ loss: String) throws {
    let server = try CannedResponses.producerServer(
      before: CannedResponses.producer(machines: 4, seed: 1))
    let outcome = try signals(
      ["producer"] + arguments, url: server.url, environment: withToken)
    #expect(
      outcome.errors == """
        signals-cli: not a terminal, cannot confirm: \(loss)
          try: --yes to confirm

        """)
    #expect(outcome.status == 64)
    #expect(server.requests.map(\.method) == ["GET"])
  }

  @Test(arguments: [
    ["set", "--machines", "4"], ["set", "--machines", "9", "--seed", "1"],
    ["set", "--power-hz", "1"], ["start"],
  ])
  func whatLosesNothingIsDone(_ arguments: [String]) throws {
    let server = try CannedResponses.producerServer(
      before: CannedResponses.producer(machines: 4, seed: 1))
    let outcome = try signals(
      ["producer"] + arguments, url: server.url, environment: withToken)
    #expect(outcome.status == 0)
    #expect(server.requests.count == 2)
  }

  @Test func stoppedMachinesAreStoppedUnasked() throws {
    let server = try CannedResponses.producerServer(
      before: CannedResponses.producer(state: "stopped"))
    #expect(
      try signals(["producer", "stop"], url: server.url, environment: withToken).status == 0)
  }

  @Test(arguments: [("y", 0, 2), ("YES", 0, 2), ("n", 1, 1), ("", 1, 1)])
  func onATerminalAPersonIsAsked(_ answer: String, status: Int32, requests: Int) throws {
    let server = try CannedResponses.producerServer(
      after: CannedResponses.producer(state: "stopped"))
    let outcome = try ChildProcess.run(
      "script",
      [
        "--quiet", "--return", "--command",
        "'\(ChildProcess.product("signals-cli"))' producer stop", "/dev/null",
      ],
      environment: signalsEnvironment(server.url).merging(withToken) { $1 }
        .merging(["TERM": "dumb"]) { $1 }, input: "\(answer)\n")
    #expect(
      outcome.output.contains(
        "signals-cli: no readings will be produced until the next start\r\n"
          + "Stop 1 machine? [y/N] "))
    #expect(
      outcome.output.contains(
        status == 0 ? "state  running → stopped" : "signals-cli: aborted, nothing changed"))
    #expect(outcome.status == status)
    #expect(server.requests.count == requests)
  }

  @Test(arguments: ["", "--json", "--output json"])
  func watchingShowsAProgramAStateEachTime(_ format: String) throws {
    let server = try CannedResponses.producerServer()
    let outcome = try shell(
      "\"$1\" producer status --watch --interval 0.1 \(format) | head --lines 3", url: server.url,
      environment: withToken)
    let line = CannedResponses.producer() + "\n"
    #expect(outcome.output == line + line + line)
    #expect(outcome.errors == "")
  }

  @Test func watchingShowsTablesWhereTheyAreAskedFor() throws {
    let server = try CannedResponses.producerServer()
    let outcome = try shell(
      "\"$1\" producer status --watch --interval 0.1 --output table | grep --max-count 2 '^state  '",
      url: server.url, environment: withToken)
    #expect(
      outcome.output.split(separator: "\n").count { $0 == "state                running" } == 2)
  }

  @Test func onATerminalTooNoComplaintIsInJSON() throws {
    let asked = Mutex(0)
    let server = try HTTPServerDouble { _ in
      let number = asked.withLock {
        $0 += 1
        return $0
      }
      return number == 1
        ? CannedResponses.problem("503 Service Unavailable", "away")
        : CannedResponses.problem("401 Unauthorized", "another token is needed")
    }
    let outcome = try signalsInTerminal(
      "producer status --watch --json --interval 0.1 2>/dev/null", url: server.url,
      environment: withToken)
    #expect(outcome.output == "")
    #expect(outcome.status == 4)
  }

  @Test func setLeavesOutWhatWasNotGiven() throws {
    let server = try CannedResponses.producerServer()
    _ = try signals(
      ["producer", "set", "--machines", "2"], url: server.url, environment: withToken)
    #expect(server.requests.last?.body == #"{"machines":2}"#)
  }

  @Test func aFaultIsOrderedAndShown() throws {
    let stopped = CannedResponses.json(CannedResponses.fault(42, until: "10:00:10.5"))
    let server = try CannedResponses.producerServer(after: stopped, status: "201 Created")
    let arguments = ["producer", "fault", "--machine", "machine-1", "--code", "42"]
    let table = try signals(
      arguments + ["--stop-seconds", "10.5"], url: server.url, environment: withToken)
    #expect(
      table.output == """
        machine        machine-1
        error          42
        at             2026-11-24 11:00:00.000000 +01:00
        stopped until  2026-11-24 11:00:10.500000 +01:00

        """)
    let json = try signals(
      arguments + ["--output", "json"], url: server.url, environment: withToken)
    #expect(json.output == stopped + "\n")
    #expect(server.requests.map(\.target) == ["/producer/faults", "/producer/faults"])
    #expect(
      server.requests.map(\.body) == [
        #"{"machine":"machine-1","code":42,"stop_seconds":10.5}"#,
        #"{"machine":"machine-1","code":42}"#,
      ])
  }

  @Test func aTokenFileIsEnough() throws {
    let server = try CannedResponses.producerServer()
    let scratch = try TemporaryDirectory()
    let file = try scratch.write(CannedResponses.token + "\n", to: "control-token")
    let outcome = try signals(
      ["producer", "status", "--token-file", file], url: server.url,
      environment: ["SIGNALS_TOKEN": "another"])
    #expect(outcome.status == 0)
  }

  @Test func withoutATokenItIsNotAuthorised() throws {
    let server = try CannedResponses.producerServer()
    let outcome = try signals(["producer", "stop", "--yes"], url: server.url)
    #expect(
      outcome.errors == """
        signals-cli: GET \(server.url)/producer: 401 Unauthorized: a bearer token is needed \
        (request 5f3a9c)
          try: --token-file FILE or SIGNALS_TOKEN; scripts/up stores one in .run/control-token

        """)
    #expect(outcome.status == 4)
    #expect(server.requests.map(\.method) == ["GET"])
  }

  @Test func aWrongTokenIsNotAuthorised() throws {
    let server = try CannedResponses.producerServer()
    let outcome = try signals(
      ["producer", "status", "--output", "json"], url: server.url,
      environment: ["SIGNALS_TOKEN": "wrong"])
    #expect(outcome.output == "")
    #expect(
      outcome.errors.hasSuffix(
        """

          try: another token with --token-file or SIGNALS_TOKEN; scripts/up stores one in \
        .run/control-token

        """))
    #expect(outcome.status == 4)
  }

  @Test func aForbiddenCallIsNotAuthorised() throws {
    let server = try CannedResponses.server(
      CannedResponses.problem("403 Forbidden", "not from there"))
    let outcome = try signals(["producer", "status"], url: server.url, environment: withToken)
    #expect(outcome.errors.contains(": 403 Forbidden: not from there (request 5f3a9c)\n"))
    #expect(outcome.status == 4)
  }

  @Test func aTokenFileThatIsNotThereIsAWrongCommandLine() throws {
    let server = try CannedResponses.producerServer()
    let outcome = try signals(
      ["producer", "status", "--token-file", "/nonexistent"], url: server.url)
    #expect(
      outcome.errors
        == "signals-cli: cannot read --token-file /nonexistent: No such file or directory\n")
    #expect(outcome.status == 64)
    #expect(server.connections == 0)
  }

  @Test func aTokenIsNotSentInTheClear() throws {
    let outcome = try signals(
      ["producer", "status"], url: "http://nobody.invalid", environment: withToken)
    #expect(
      outcome.errors == """
        signals-cli: refusing to send the token to nobody.invalid unencrypted
          try: an https URL

        """)
    #expect(outcome.status == 64)
  }

  @Test func aRefusedChangeShowsTheServersReason() throws {
    let server = try HTTPServerDouble { request in
      request.method == "GET"
        ? .body(CannedResponses.producer())
        : CannedResponses.problem("400 Bad Request", "machines takes 1 to 1000")
    }
    let outcome = try signals(
      ["producer", "set", "--machines", "0", "--yes"], url: server.url, environment: withToken)
    #expect(outcome.output == "")
    #expect(
      outcome.errors == """
        signals-cli: PATCH \(server.url)/producer: 400 Bad Request: machines takes 1 to 1000 \
        (request 5f3a9c)

        """)
    #expect(outcome.status == 1)
  }
}
