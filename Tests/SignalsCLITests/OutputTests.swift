import TestSupport
import Testing

/// What the built program makes of readings, for people and for programs.
@Suite struct OutputTests {
  private static let mixed = #"""
    [{"id":2,"signal_type":"state_change","value":1,"timestamp":"2026-11-24T10:00:02Z","machine":"a, \"b\""},
     {"id":1,"signal_type":"state_change","value":0.5,"timestamp":"2026-11-24T10:00:01.5Z","machine":"m\u001b[31m\u009b"}]
    """#

  private func output(_ arguments: String..., of answer: String = mixed) throws -> String {
    let server = try Canned.server(.body(answer))
    let outcome = try signals(["get", "state_change"] + arguments, url: server.url)
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    return outcome.output
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
        m\u{1b}[31m\u{9b},1,2026-11-24T10:00:01.500000Z

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

  @Test func nothingIsAnEmptyOutput() throws {
    #expect(try output("--output", "csv", "--fields", "id,value", of: "[]") == "id,value\n")
    #expect(try output("--output", "ndjson", of: "[]") == "")
    #expect(try output("--output", "value", of: "[]") == "")
  }

  @Test func aTableHasTheFieldsInTheirOrder() throws {
    #expect(
      try output("--fields", "value,signal_type,id", "--utc") == """
        value  state    type          id
          1    working  state_change   2
          0.5           state_change   1

        """)
  }

  @Test func timesCanBeInUTC() throws {
    #expect(
      try output("--fields", "timestamp", "--utc") == """
        time
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
    let server = try Canned.server()
    let outcome = try signals(["get", "power", "--fields", fields], url: server.url)
    #expect(outcome.errors == "signals-cli: \(complaint)\n")
    #expect(outcome.output == "")
    #expect(outcome.status == 64)
    #expect(server.requests.isEmpty)
  }

  @Test func twoFormatsAreOneTooMany() throws {
    let outcome = try signals(["get", "power", "--json", "--output", "csv"])
    #expect(outcome.errors.contains("'--json' and '--output csv' exclude each other."))
    #expect(outcome.status == 64)
  }
}
