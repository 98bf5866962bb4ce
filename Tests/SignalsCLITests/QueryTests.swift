import TestSupport
import Testing

/// The built program against a healthy server.
@Suite struct QueryTests {
  @Test func getShowsReadingsInLocalTime() throws {
    let server = try CannedResponses.server()
    let outcome = try signals(["get", "power"], url: server.url)
    #expect(
      outcome.output == """
          id  timestamp                          machine     value
        4711  2026-11-24 11:00:00.123456 +01:00  machine-1   231.5
        4709  2026-11-24 11:00:00.113456 +01:00  machine-12   98

        """)
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
    #expect(server.requests.map(\.target) == ["/signals/power"])
  }

  @Test func aPersonIsToldTheUnit() throws {
    let server = try CannedResponses.server()
    let outcome = try signalsInTerminal(
      "get power", url: server.url, environment: ["NO_COLOR": "1"])
    #expect(
      outcome.output == """
          id  timestamp                          machine     value (W)
        4711  2026-11-24 11:00:00.123456 +01:00  machine-1       231.5
        4709  2026-11-24 11:00:00.113456 +01:00  machine-12       98

        """)
    #expect(server.requests.map(\.target) == ["/signals/power", "/signals"])
    #expect(server.connections == 1)
  }

  @Test(arguments: [("XYZ-5:30", "15:30:00.123456 +05:30"), ("XYZ3:30", "06:30:00.123456 -03:30")])
  func theTimeZoneIsTheReaders(_ zone: String, _ shown: String) throws {
    let server = try CannedResponses.server()
    let outcome = try signals(["get", "power"], url: server.url, environment: ["TZ": zone])
    #expect(outcome.output.contains("4711  2026-11-24 \(shown)  machine-1 "))
  }

  @Test func getAsksForWhatWasAsked() throws {
    let server = try CannedResponses.server()
    let outcome = try signals(
      ["get", "power", "--limit", "-3", "--machine", "Säge & Co/1", "--output", "json"],
      url: server.url + "/")
    #expect(outcome.status == 0)
    #expect(
      server.requests.map(\.target)
        == ["/signals/power?limit=-3&machine=S%C3%A4ge%20%26%20Co%2F1"])
    #expect(server.requests.first?["User-Agent"]?.hasPrefix("signals-cli/") == true)
  }

  @Test func aTypeIsOnePartOfThePath() throws {
    let server = try CannedResponses.server()
    _ = try signals(["get", "../producer?x"], url: server.url + "/api")
    #expect(server.requests.map(\.target) == ["/api/signals/..%2Fproducer%3Fx"])
  }

  @Test func withoutUnitsThereIsStillATable() throws {
    let server = try HTTPServerDouble { request in
      request.target == "/signals"
        ? CannedResponses.problem("503 Service Unavailable", "away") : .body(CannedResponses.power)
    }
    let outcome = try signalsInTerminal(
      "get power", url: server.url, environment: ["NO_COLOR": "1"])
    #expect(
      outcome.output.hasPrefix("  id  timestamp                          machine     value\n"))
    #expect(outcome.status == 0)
  }

  @Test func noReadingsAreNoFailure() throws {
    let server = try CannedResponses.server(.body("[]"))
    let all = try signals(["get", "power"], url: server.url)
    #expect(all.output == "")
    #expect(all.errors == "signals-cli: no readings of power yet\n")
    #expect(all.status == 0)
    let one = try signals(["get", "power", "--machine", "m\u{1b}"], url: server.url)
    #expect(one.errors == "signals-cli: no readings of power from 'm\\u{1b}' yet\n")
    #expect(one.status == 0)
    #expect(server.requests.count == 2)
  }

  @Test func noReadingsInJSONAreAnEmptyArray() throws {
    let server = try CannedResponses.server(.body("[]"))
    let outcome = try signals(["get", "power", "--output", "json"], url: server.url)
    #expect(outcome.output == "[]\n")
    #expect(outcome.errors == "")
    #expect(outcome.status == 0)
  }

  @Test(arguments: ["[ {\"a\" : 1e2,\r\n \"b\":\"\\u001b\"} ]  ", "[]\n", "\n\n[1]\n\n"])
  func jsonComesAsTheServerWroteIt(_ body: String) throws {
    let server = try CannedResponses.server(.body(body))
    let outcome = try signals(["get", "power", "--output", "json"], url: server.url)
    #expect(outcome.output == (body.hasSuffix("\n") ? body : body + "\n"))
    #expect(outcome.status == 0)
    #expect(server.requests.map(\.target) == ["/signals/power"])
  }

  @Test func typesAreListed() throws {
    let server = try CannedResponses.server()
    let table = try signals(["types"], url: server.url)
    #expect(
      table.output == """
        type   unit  description
        error        Error code, 1 to 100
        power  W     Electrical power

        """)
    #expect(table.status == 0)
    let json = try signals(["types", "--output", "json"], url: server.url)
    #expect(json.output == CannedResponses.types + "\n")
  }

  @Test func goodHealthIsShown() throws {
    let server = try CannedResponses.server()
    let table = try signals(["health"], url: server.url)
    #expect(table.output.hasPrefix("status          Service is up and running\n"))
    #expect(table.errors == "")
    #expect(table.status == 0)
    let json = try signals(["health", "--output", "json"], url: server.url)
    #expect(json.output == CannedResponses.health + "\n")
    #expect(json.status == 0)
  }

  @Test func badHealthIsShownAndIsAFailure() throws {
    let server = try CannedResponses.server(
      .body(
        CannedResponses.sickHealth, status: "503 Service Unavailable",
        type: "application/health+json",
        headers: ["Retry-After": "1", "X-Request-Id": "5f3a9c"]))
    let complaint = """
      signals-cli: GET \(server.url)/health: 503 Service Unavailable: The database does not answer \
      (request 5f3a9c)
        try: again in 1 s

      """
    let table = try signals(["health"], url: server.url)
    #expect(
      table.output.hasPrefix(
        """
        status   The database does not answer
        service  signals-accessor
        version  0.1.0

        check                   status  value
        database response time  fail           no answer within a second

        step
        """))
    #expect(table.errors == complaint)
    #expect(table.status == 1)
    let json = try signals(["health", "--output", "json"], url: server.url)
    #expect(json.output == CannedResponses.sickHealth + "\n")
    #expect(json.errors == complaint)
    #expect(json.status == 1)
  }

  @Test func theTokenGoesWithAQueryWhereThereIsOne() throws {
    let server = try CannedResponses.server()
    for arguments in [["get", "power"], ["types"], ["health"]] {
      _ = try signals(
        arguments, url: server.url, environment: ["SIGNALS_TOKEN": CannedResponses.token])
    }
    #expect(server.requests.count == 3)
    #expect(server.requests.allSatisfy { $0["Authorization"] == "Bearer \(CannedResponses.token)" })
  }

  @Test func thisMachineIsNotReachedThroughAProxy() throws {
    let server = try CannedResponses.server()
    let proxy = try CannedResponses.server(.body("[]"))
    let outcome = try signals(
      ["types"], url: server.url, environment: ["http_proxy": proxy.url])
    #expect(outcome.status == 0)
    #expect(proxy.connections == 0)
  }

  @Test func theCommandLineIsExplained() throws {
    let version = try signals(["--version"]).output
    #expect(
      version.wholeMatch(of: /signals-cli 0\.1\.0( \([0-9a-f]{12}\))?\n/) != nil, "\(version)")
    let help = try signals(["--help"])
    #expect(help.status == 0)
    #expect(help.output.contains("SIGNALS_TOKEN"))
    #expect(help.errors == "")
  }
}
