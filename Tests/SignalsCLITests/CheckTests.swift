import FoundationEssentials
import Signals
import SignalsAPI
import TestSupport
import Testing
import Time

@testable import SignalsCLI

/// The built program as monitoring runs it: its line and its exit status.
@Suite struct CheckTests {
  private func expect(
    _ arguments: [String], url: String? = nil, _ line: String, _ status: Int32,
    environment: [String: String?] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try signals(["check"] + arguments, url: url, environment: environment)
    #expect(outcome.output == line + "\n", sourceLocation: sourceLocation)
    #expect(outcome.errors == "", sourceLocation: sourceLocation)
    #expect(outcome.status == status, sourceLocation: sourceLocation)
  }

  /// A server with one reading, `secondsAgo` old.
  private func server(secondsAgo: Int64, value: Double = 231.5) throws -> HTTPServerDouble {
    try HTTPServerDouble { _ in
      .body(
        """
        [{"id":1,"signal_type":"power","value":\(value),\
        "timestamp":"\(Timestamp.now + -secondsAgo * 1_000_000)","machine":"machine-1"}]
        """)
    }
  }

  @Test(arguments: [(0, 0), (10, 1), (100, 2)] as [(Int64, Int32)])
  func freshnessDecidesTheStatus(_ age: Int64, _ status: Int32) throws {
    let server = try server(secondsAgo: age)
    let outcome = try signals(
      ["check", "fresh", "power", "-w", "5", "-c", "30"], url: server.url)
    #expect(outcome.status == status)
    #expect(outcome.output.hasPrefix("SIGNALS \(ProbeStatus(rawValue: status)!.name): power is "))
    #expect(outcome.output.hasSuffix("s;5;30;0\n"))
    #expect(outcome.output.utf8.count <= 80)
  }

  @Test func limitsOfFreshnessNeedNotBeGiven() throws {
    let server = try server(secondsAgo: 10)
    let outcome = try signals(["check", "fresh", "power"], url: server.url)
    #expect(outcome.status == 1)
  }

  @Test func aServersClockIsTheOneThatCounts() throws {
    let server = try HTTPServerDouble { _ in
      .body(CannedResponses.power, headers: ["Date": "Tue, 24 Nov 2026 10:00:02 GMT"])
    }
    let outcome = try signals(["check", "fresh", "power"], url: server.url)
    #expect(outcome.output == "SIGNALS OK: power is 1.9 s old | age=1.876544s;5;30;0\n")
  }

  @Test(arguments: [(231.5, "", 0), (460, ", outside 100:450", 1), (20, ", outside 50:500", 2)])
  func valuesAreJudged(_ value: Double, _ reason: String, _ status: Int32) throws {
    let server = try server(secondsAgo: 0, value: value)
    let number = value.withoutExponent
    try expect(
      ["value", "power", "-w", "100:450", "-c", "50:500"], url: server.url,
      "SIGNALS \(ProbeStatus(rawValue: status)!.name): power is \(number)\(reason)"
        + " | value=\(number);100:450;50:500", status)
  }

  @Test func aStaleValueIsCritical() throws {
    let server = try server(secondsAgo: 300)
    try expect(
      ["value", "power", "-w", "100:450"], url: server.url,
      "SIGNALS CRITICAL: the newest reading of power is 5 min old", 2)
    let outcome = try signals(
      ["check", "value", "power", "-w", "100:450", "--max-age", "600"], url: server.url)
    #expect(outcome.status == 0)
  }

  @Test func healthIsInServiceOrSaysWhatIsNot() throws {
    let server = try CannedResponses.server()
    let well = try signals(["check", "health"], url: server.url)
    #expect(well.output.hasPrefix("SIGNALS OK: healthy, newest reading 120 ms old | time=0."))
    #expect(well.output.hasSuffix("s age=0.12s\n"))
    #expect(well.status == 0)
    let sick = try CannedResponses.server(
      .body(
        CannedResponses.sickHealth, status: "503 Service Unavailable",
        type: "application/health+json"))
    let outcome = try signals(["check", "health", "-v"], url: sick.url)
    #expect(outcome.output.hasPrefix("SIGNALS CRITICAL: The database does not answer | time=0."))
    #expect(
      outcome.output.hasSuffix("\ndatabase:responseTime: fail: no answer within a second\n"))
    #expect(outcome.status == 2)
  }

  @Test func aSlowAnswerCanBeAWarning() throws {
    let server = try CannedResponses.server()
    let outcome = try signals(["check", "health", "-w", "@0:9"], url: server.url)
    #expect(outcome.output.hasPrefix("SIGNALS WARNING: response took "))
    #expect(outcome.status == 1)
  }

  @Test func forThoseWhoKnowGoodAndBadAloneAWarningIsGood() throws {
    let server = try server(secondsAgo: 10)
    let outcome = try signals(["check", "fresh", "power", "--warn-ok"], url: server.url)
    #expect(outcome.output.hasPrefix("SIGNALS WARNING: "))
    #expect(outcome.status == 0)
    let dead = try signals(
      ["check", "fresh", "power", "--warn-ok", "-c", "1"], url: server.url)
    #expect(dead.status == 2)
  }

  @Test func theSpoolNeedsTheToken() throws {
    let server = try CannedResponses.producerServer()
    let outcome = try signals(
      ["check", "spool"], url: server.url, environment: ["SIGNALS_TOKEN": CannedResponses.token])
    #expect(outcome.output.hasPrefix("SIGNALS OK: 0% full, 20 readings waiting | full=0%;50;90;"))
    #expect(outcome.status == 0)
    try expect(
      ["spool"], url: server.url, "SIGNALS UNKNOWN: 401 Unauthorized: a bearer token is needed",
      3)
  }

  @Test(arguments: [
    ("404 Not Found", 3, "UNKNOWN"), ("429 Too Many Requests", 3, "UNKNOWN"),
    ("500 Internal Server Error", 2, "CRITICAL"), ("503 Service Unavailable", 2, "CRITICAL"),
  ])
  func aWrongQuestionIsUnknownAndABadServiceCritical(
    _ answer: String, _ status: Int32, _ name: String
  ) throws {
    let server = try CannedResponses.server(CannedResponses.problem(answer, "so it is"))
    try expect(
      ["fresh", "power"], url: server.url, "SIGNALS \(name): \(answer): so it is", status)
  }

  @Test func nobodyThereIsCritical() throws {
    try expect(
      ["health"], url: "http://127.0.0.1:\(try freePort())",
      "SIGNALS CRITICAL: connection refused", 2)
    try expect(
      ["health", "-H", "nobody.invalid"],
      "SIGNALS CRITICAL: could not resolve host: nobody.invalid", 2)
  }

  @Test func aServerThatHangsIsGivenUp() throws {
    let server = try CannedResponses.server(.hanging())
    try expect(
      ["health", "-t", "0.2"], url: server.url, "SIGNALS CRITICAL: timed out after 0.2 s", 2)
  }

  @Test func whateverHangsIsGivenUp() throws {
    let directory = try TemporaryDirectory()
    try ChildProcess.output(of: "mkfifo", [directory.file("token")])
    try expect(
      ["spool", "-t", "0.2", "--token-file", directory.file("token")],
      "SIGNALS CRITICAL: timed out after 0.2 s", 2)
  }

  @Test func theTimeOutsOfOthersDoNotMakeItLonger() throws {
    let server = try CannedResponses.server(.hanging())
    try expect(
      ["health"], url: server.url, "SIGNALS CRITICAL: timed out after 0.2 s", 2,
      environment: ["SIGNALS_TIMEOUT": "0.2"])
  }

  @Test(arguments: [
    [], ["frobnicate"], ["health", "more"], ["fresh"], ["fresh", "power", "-w"],
    ["fresh", "power", "-w", "5:1"], ["fresh", "power", "-c", "1e3"], ["value", "power"],
    ["rate", "power"], ["value", "power", "-w", "1", "--max-age", "0"], ["health", "-t", "0"],
    ["health", "-x"], ["health", "--url", "nowhere"],
    ["health", "-H", "a", "--url", "http://b"], ["spool", "--token-file", "/nonexistent"],
    ["health", "--context", "none"], ["-w", "5"], ["help", "frobnicate"],
  ])
  func aWrongCommandLineIsUnknown(_ arguments: [String]) throws {
    let outcome = try signals(["check"] + arguments)
    #expect(outcome.status == 3)
    #expect(outcome.errors == "")
    #expect(outcome.output.hasPrefix("SIGNALS UNKNOWN: ") || arguments.first == "help")
    #expect(arguments.first == "help" || outcome.output.utf8.count { $0 == 0x0a } == 1)
    #expect(arguments.first == "help" || outcome.output.utf8.count <= 80)
  }

  /// cron publishes the output for Prometheus, so a usage error must be in that format, too.
  @Test(arguments: [
    (["fresh", "power", "--format", "prometheus", "-w", "bad"], #"check="fresh",type="power""#),
    (["fresh", "power", "--format=prometheus", "--frobnicate"], #"check="fresh",type="power""#),
    (
      ["value", "power", "--machine", "m", "--format", "prometheus", "-w", "1", "-t", "0"],
      #"check="value",type="power",machine="m""#
    ),
    (["rate", "power", "--format", "prometheus"], #"check="rate",type="power""#),
    (["spool", "--foramt", "prometheus"], #"check="spool""#),
    (["spol", "--format", "prometheus"], ""), (["--format", "prometheus"], ""),
  ])
  func aWrongCommandLineForPrometheusIsAMetric(_ arguments: [String], _ labels: String) throws {
    let outcome = try signals(["check"] + arguments, url: "http://127.0.0.1:1")
    #expect(
      outcome.output == """
        # HELP signals_check_status Result of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
        # TYPE signals_check_status gauge
        signals_check_status{\(labels)} 3

        """)
    let isParsed = arguments.first == "rate"
    #expect(isParsed || outcome.errors.hasPrefix("signals-cli: "), "\(outcome.errors)")
    #expect(outcome.status == 3)
  }

  @Test func aWrongCommandLineForAProgramIsAnObject() throws {
    let outcome = try signals(["check", "fresh", "power", "-w", "x", "--format", "json"])
    let object = try JSONDecoder().decode(Said.self, from: Data(outcome.output.utf8))
    #expect(object.status == "UNKNOWN" && object.code == 3)
    #expect(object.subject == ["check": "fresh", "type": "power"])
    #expect(outcome.errors.hasPrefix("signals-cli: "))
    #expect(outcome.status == 3)
  }

  @Test(arguments: [["health", "--format", "xml"], ["fresh", "power", "--format"]])
  func aFormatThatCannotBeToldGetsNothing(_ arguments: [String]) throws {
    let outcome = try signals(["check"] + arguments)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("signals-cli: "))
    #expect(outcome.status == 3)
  }

  @Test(arguments: [["-V"], ["health", "-V"], ["fresh", "--version"]])
  func theVersionIsNoState(_ arguments: [String]) throws {
    let outcome = try signals(["check"] + arguments)
    #expect(outcome.output.hasPrefix("signals-cli "))
    #expect(outcome.status == 3)
  }

  @Test(arguments: [["-h"], ["--help"], ["health", "-h"], ["fresh", "--help"]])
  func helpIsNoState(_ arguments: [String]) throws {
    let outcome = try signals(["check"] + arguments)
    #expect(outcome.output.hasPrefix("OVERVIEW: "))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(outcome.status == 3)
  }

  @Test func jsonIsOneObject() throws {
    let server = try server(secondsAgo: 10)
    let outcome = try signals(["check", "fresh", "power", "--format", "json"], url: server.url)
    let object = try JSONDecoder().decode(Said.self, from: Data(outcome.output.utf8))
    #expect(object.status == "WARNING" && object.code == 1)
    #expect(object.subject == ["check": "fresh", "type": "power"])
    #expect(object.measurements.map(\.label) == ["age"])
    #expect(outcome.status == 1)
  }

  private struct Said: Decodable {
    struct Measured: Decodable { let label: String }
    let subject: [String: String]
    let status: String
    let code: Int
    let measurements: [Measured]
  }

  @Test func theCertificatesEndIsWatched() throws {
    let certificates = try TestCertificates()
    let server = try NginxDouble(
      certificates.issue("server", for: "DNS:localhost", days: 10),
      """
      default_type application/health+json;
      location / { return 200 '{"status":"well"}'; }
      """)
    let arguments = ["check", "health", "--cacert", certificates.authorityFile]
    let warning = try signals(arguments, url: server.url)
    #expect(warning.output.hasPrefix("SIGNALS WARNING: certificate expires in "))
    #expect(warning.output.hasSuffix("s;1209600:;259200:\n"))
    #expect(warning.status == 1)
    let fine = try signals(arguments + ["--expiry-warning", "5"], url: server.url)
    #expect(fine.output.hasPrefix("SIGNALS OK: healthy | time=0."))
    #expect(fine.status == 0)
    let critical = try signals(arguments + ["--expiry-critical", "30"], url: server.url)
    #expect(critical.status == 2)
  }
}
