import FoundationEssentials
import SignalsAPI
import TestSupport
import Testing
import Time

@testable import SignalsCLI

/// The built program and the scenario of a producer.
@Suite struct ScenarioTests {
  private let withToken: [String: String?] = ["SIGNALS_TOKEN": CannedResponses.token]
  private static let none = #"{"events":[]}"#
  /// One past event and one to come.
  private static let two = """
    {"events":[{"at":"2999-01-01T00:00:00.000000Z","machines":"all","stop":{"seconds":600}},\
    {"at":"2026-01-01T00:00:00.000000Z","fault":{"code":95,"stop_seconds":2.5},\
    "machines":["machine-1","machine-2"]}]}
    """

  private func expect(
    _ arguments: [String], before: String, after: String = none, input: String = "",
    output: String, errors: String = "", status: Int32 = 0, sent: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let server = try CannedResponses.producerServer(before: before, after: after)
    let outcome = try ChildProcess.run(
      ChildProcess.product("signals-cli"), ["producer", "scenario"] + arguments,
      environment: signalsEnvironment(server.url).merging(withToken) { $1 }, input: input)
    #expect(outcome.output == output, sourceLocation: sourceLocation)
    #expect(outcome.errors == errors, sourceLocation: sourceLocation)
    #expect(outcome.status == status, sourceLocation: sourceLocation)
    #expect(
      server.requests.map { "\($0.method) \($0.target) \($0.body)" }
        == sent.map { $0.hasPrefix("PUT") ? $0 : "\($0) " }, sourceLocation: sourceLocation)
  }

  private static let table = """
    when                               machines              what
    2026-01-01 01:00:00.000000 +01:00  machine-1, machine-2  error 95, then stopped for 2.5 s
    2999-01-01 01:00:00.000000 +01:00  all                   stopped for 600 s

    """

  @Test func itIsShown() throws {
    try expect(
      [], before: Self.two, output: Self.table, sent: ["GET /producer/scenario"])
    try expect(
      [], before: Self.none, output: "", errors: "signals-cli: no scenario\n",
      sent: ["GET /producer/scenario"])
    try expect(
      ["--json"], before: Self.two, output: Self.two + "\n", sent: ["GET /producer/scenario"])
  }

  @Test func aFileBeginsOneAndTellsWhatChanged() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(Self.two, to: "scenario.json")
    try expect(
      [file], before: Self.none, after: Self.two,
      output: "scenario  0 events → 2 events\n\n" + Self.table,
      sent: ["GET /producer/scenario", "PUT /producer/scenario " + Self.two])
    try expect(
      ["-", "--json"], before: Self.none, after: Self.two, input: Self.two,
      output: Self.two + "\n",
      sent: ["GET /producer/scenario", "PUT /producer/scenario " + Self.two])
  }

  @Test(arguments: [["--clear"], ["-"]])
  func whatWillNotHappenIsAskedAbout(_ arguments: [String]) throws {
    try expect(
      arguments, before: Self.two, output: "",
      errors: """
        signals-cli: not a terminal, cannot confirm: 1 pending event will be discarded
          try: --yes to confirm

        """, status: 64, sent: ["GET /producer/scenario"])
  }

  @Test func itIsEnded() throws {
    try expect(
      ["--clear", "--yes"], before: Self.two, output: "scenario  2 events → 0 events\n",
      sent: ["GET /producer/scenario", "DELETE /producer/scenario"])
  }

  @Test func aFileThatCannotBeReadSendsNothing() throws {
    try expect(
      ["/nonexistent"], before: Self.none, output: "",
      errors: "signals-cli: cannot read /nonexistent: No such file or directory\n", status: 64,
      sent: [])
  }

  @Test func aLoadIsToldWithItsEnd() throws {
    let json = """
      {"events":[{"at":"2026-01-01T00:00:00Z","machines":"all","load":{"factor":0.5,"seconds":300}},
      {"at":"2026-01-01T00:00:01Z","machines":"all","load":{"factor":1}},
      {"at":"2026-01-01T00:00:02Z","machines":"all","fault":{"code":7}}]}
      """
    let scenario = try JSONDecoder().decode(API.Scenario.self, from: Data(json.utf8))
    let text = Table(scenario: scenario, times: .utc, now: .now).text(for: .plain)
    #expect(text.contains("all       load × 0.5 for 300 s\n"))
    #expect(text.contains("all       load × 1\n"))
    #expect(text.contains("all       error 7\n"))
  }

  @Test func theStatusTellsWhatIsStillToCome() throws {
    func status(_ change: (inout API.Producer) -> Void) throws -> String {
      let json = CannedResponses.producer(change)
      let state = try JSONDecoder().decode(API.Producer.self, from: Data(json.utf8))
      return Table(producer: state, times: .utc).text(for: .plain)
    }
    let running = try status {
      $0.states = ["Held": 1, "Execute": 12, "Aborted": 1]
      $0.scenario = .init(events: 2, next: Timestamp("2026-11-24T11:00:00Z"))
    }
    #expect(
      running.contains(
        """
        states               12 in Execute, 1 in Aborted, 1 in Held
        scenario             2 events, next at 2026-11-24 11:00:00.000000 +00:00

        """))
    let over = try status { $0.scenario = .init(events: 1, next: nil) }
    #expect(over.contains("\nscenario             1 event, none pending\n"))
    #expect(!(try status { _ in }).contains("scenario"))
  }
}
