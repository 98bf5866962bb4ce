import TestSupport
import Testing

@testable import SignalsCLI

/// The output formats of the built program.
@Suite struct OutputTests {
  private static let mixed = #"""
    [{"id":2,"signal_type":"state_change","value":1,"timestamp":"2026-11-24T10:00:02Z","machine":"a, \"b\""},
     {"id":1,"signal_type":"state_change","value":0.5,"timestamp":"2026-11-24T10:00:01.5Z","machine":"m\u001b[31m\u009b"}]
    """#

  private func output(_ arguments: String..., of answer: String = mixed) throws -> String {
    let server = try CannedResponses.server(.body(answer))
    let outcome = try signals(["get", "state_change"] + arguments, url: server.url)
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    return outcome.output
  }

  /// No second request for the unit when piped; the response header costs none.
  @Test(arguments: [("W", "value (W)"), ("1", "value\n"), ("\u{9b}31m", "value\n")])
  func aPipedTableHasTheUnitThatTheServerTells(unit: String, title: String) throws {
    let server = try CannedResponses.server(
      .body(CannedResponses.power, headers: ["Signal-Unit": unit]))
    let outcome = try signals(["get", "power"], url: server.url)
    #expect(outcome.output.contains(title), "\(outcome.output)\(outcome.errors)")
    #expect(server.requests.count == 1)
  }

  @Test func ndjsonIsAnObjectALine() throws {
    #expect(
      try output("--output", "ndjson") == #"""
        {"id":2,"signal_type":"state_change","value":1,"timestamp":"2026-11-24T10:00:02.000000Z","machine":"a, \"b\""}
        {"id":1,"signal_type":"state_change","value":0.5,"timestamp":"2026-11-24T10:00:01.500000Z","machine":"m\u001b[31m\u009b"}

        """#)
  }

  @Test func csvHasAHeaderAndQuotesWhatNeedsIt() throws {
    #expect(
      try output("--output", "csv", "--fields", "machine,id,timestamp") == """
        machine,id,timestamp
        "a, ""b""\",2,2026-11-24T10:00:02.000000Z
        m\\u{1b}[31m\\u{9b},1,2026-11-24T10:00:01.500000Z

        """)
  }

  @Test func valuesAreBare() throws {
    #expect(try output("--output", "value") == "1\n0.5\n")
    #expect(
      try output("--output", "value", "--fields", "timestamp,machine")
        == "2026-11-24T10:00:02.000000Z\ta, \"b\"\n2026-11-24T10:00:01.500000Z\tm\\u{1b}[31m\\u{9b}\n"
    )
  }

  @Test func jsonIsTheServersUnlessFieldsAreChosen() throws {
    #expect(try output("--json") == Self.mixed + "\n")
    #expect(try output("--json", "--output", "json") == Self.mixed + "\n")
    #expect(
      try output("--json", "--fields", "value,id") == """
        [{"value":1,"id":2},
        {"value":0.5,"id":1}]

        """)
    #expect(try output("--json", "--fields", "id", of: "[]") == "[]\n")
  }

  /// Unescaped, from a hostile server: DEL, C1, bidirectional controls, line and paragraph separators,
  /// a byte order mark, and one beyond U+FFFF.
  private static let raw = "\u{7f}\u{9b}31m\u{202e}\u{2066}\u{2028}\u{2029}\u{feff}\u{e0001}"
  private static let escaped =
    #"\u007f\u009b31m\u202e\u2066\u2028\u2029\ufeff\udb40\udc01"#

  @Test(arguments: [
    ["get", "power", "--json"], ["get", "power", "--output", "ndjson"],
    ["get", "power", "--json", "--fields", "machine"], ["types", "--json"], ["health", "--json"],
    ["producer", "status", "--json"], ["producer", "start", "--json"],
    ["producer", "scenario", "--json"], ["check", "health", "--format", "json"],
    ["config", "--json", "--context", "c"], ["context", "list", "--json"],
    ["get", "power", "--output", "csv"],
    ["get", "power", "--output", "value", "--fields", "machine"],
    ["get", "power"], ["types"], ["health"], ["check", "health", "-v"], ["plot", "power"],
    ["plot", "power", "--svg", "-"], ["context", "list"], ["producer", "status"],
    ["check", "fresh", "\(raw)", "--format", "prometheus"], ["doctor", "--json"],
  ])
  func noOutputSteersATerminal(_ arguments: [String]) throws {
    let reading = """
      [{"id":1,"signal_type":"power","value":1,"timestamp":"2026-11-24T10:00:00Z",\
      "machine":"m\(Self.raw)"}]
      """
    let state = CannedResponses.producer(database: CannedResponses.away("eRAW")).replacing(
      "RAW", with: Self.raw)
    let server = try HTTPServerDouble { request in
      switch request.target.prefix(while: { $0 != "?" }) {
      case "/signals":
        .body(
          "\u{feff}[{\"name\":\"power\",\"unit\":\"W\(Self.raw)\",\r\"description\":\"\(Self.raw)\"}]"
        )
      case "/health", "/health/live":
        .body(
          #"{"status":"\#(Self.raw)","checks":{"a":[{"status":"\#(Self.raw)"}]}}"#,
          type: "application/health+json")
      case "/producer", "/producer/start": .body(state)
      case "/producer/scenario": .body(#"{"events":[],"x":"\#(Self.raw)"}"#)
      default: .body(reading)
      }
    }
    let scratch = try TemporaryDirectory()
    try scratch.makeDirectory("signals")
    try scratch.write(
      #"{"contexts":{"c":{"url":"\#(server.url)","token_file":"/t\#(Self.raw)"}}}"#,
      to: "signals/config")
    let isKept = ["config", "context"].contains(arguments.first)
    let outcome = try signals(
      arguments, url: isKept ? nil : server.url,
      environment: ["SIGNALS_TOKEN": isKept ? nil : "t", "XDG_CONFIG_HOME": scratch.path])
    #expect(!outcome.output.isEmpty, "\(outcome.errors)")
    for text in [outcome.output, outcome.errors] {
      #expect(
        text.unicodeScalars.allSatisfy { $0.isHarmless || $0 == "\n" || $0 == "\t" },
        "\(text.debugDescription)")
    }
    if arguments.contains("--json"), arguments.first != "doctor" {
      #expect(outcome.output.contains(Self.escaped), "\(outcome.output)")
    }
  }

  @Test func whatIsNotUTF8IsNotJSON() throws {
    let server = try CannedResponses.server(
      .bytes(Array(#"["m"#.utf8) + [0x9b] + Array(#""]"#.utf8)))
    let outcome = try signals(["get", "power", "--json"], url: server.url)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("response is not JSON"))
    #expect(outcome.status == 1)
  }

  @Test func nothingIsAnEmptyOutput() throws {
    #expect(try output("--output", "csv", "--fields", "id,value", of: "[]") == "id,value\n")
    #expect(try output("--output", "ndjson", of: "[]") == "")
    #expect(try output("--output", "value", of: "[]") == "")
  }

  @Test func aTableHasTheFieldsInTheirOrder() throws {
    #expect(
      try output("--fields", "value,signal_type,id", "--utc") == """
        value  state    signal_type   id
          1    working  state_change   2
          0.5           state_change   1

        """)
  }

  /// Column titles are the names that --fields accepts.
  @Test func aTableHasTheNamesOfFields() throws {
    let titles = try output("--fields", "id,signal_type,timestamp,machine").prefix { $0 != "\n" }
    let names = titles.split(separator: " ").joined(separator: ",")
    #expect(names == "id,signal_type,timestamp,machine")
    #expect(try output("--fields", names).hasPrefix(titles))
  }

  @Test func timesCanBeInUTC() throws {
    #expect(
      try output("--fields", "timestamp", "--utc") == """
        timestamp
        2026-11-24 10:00:02.000000 +00:00
        2026-11-24 10:00:01.500000 +00:00

        """)
  }

  @Test(arguments: [
    (
      "id,time",
      "--fields has no field 'time'\n  try: The fields are id, signal_type, value, timestamp, machine"
    ),
    (
      "id,valu",
      """
      --fields has no field 'valu'
        try: did you mean value? The fields are id, signal_type, value, timestamp, machine
      """
    ),
    (
      "",
      "--fields has no field ''\n  try: The fields are id, signal_type, value, timestamp, machine"
    ),
    ("id,id", "--fields names 'id' twice\n  try: each field once"),
  ])
  func anUnknownFieldListsTheKnownOnes(_ fields: String, _ complaint: String) throws {
    let server = try CannedResponses.server()
    let outcome = try signals(["get", "power", "--fields", fields], url: server.url)
    #expect(outcome.errors == "signals-cli: \(complaint)\n")
    #expect(outcome.output == "")
    #expect(outcome.status == 64)
    #expect(server.requests.isEmpty)
  }

  @Test func twoFormatsAreOneTooMany() throws {
    let outcome = try signals(["get", "power", "--json", "--output", "csv"])
    #expect(outcome.errors.contains("'--json' cannot be combined with '--output csv'."))
    #expect(outcome.status == 64)
  }
}
