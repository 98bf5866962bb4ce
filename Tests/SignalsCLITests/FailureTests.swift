import TestSupport
import Testing

/// Error messages and exit statuses of the built program.
@Suite struct FailureTests {
  private func expect(
    _ arguments: [String], url: String, _ errors: String, status: Int32 = 1,
    environment: [String: String?] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try signals(arguments, url: url, environment: environment)
    #expect(outcome.errors == errors + "\n", sourceLocation: sourceLocation)
    #expect(outcome.status == status, sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
  }

  @Test func aRefusedConnectionSaysWhatToTry() throws {
    let url = "http://127.0.0.1:\(try freePort())"
    try expect(
      ["get", "power"], url: url,
      """
      signals-cli: GET \(url)/signals/power: connection refused
        try: is the system running? scripts/up starts it
      """)
  }

  @Test func anUnknownHostIsNamed() throws {
    try expect(
      ["health"], url: "http://nobody.invalid:8080",
      """
      signals-cli: GET http://nobody.invalid:8080/health: could not resolve host: nobody.invalid
        try: the right host name in --url or SIGNALS_URL
      """)
  }

  @Test func aTimeoutSaysHowLongItWaited() throws {
    let server = try CannedResponses.server(.hanging())
    try expect(
      ["get", "power", "--timeout", "0.05"], url: server.url,
      """
      signals-cli: GET \(server.url)/signals/power: timed out after 0.05 s
        try: a longer --timeout; 'signals-cli health' shows the service's state
      """)
  }

  @Test func halfAnAnswerIsNoAnswer() throws {
    let server = try CannedResponses.server(
      .closing("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]"))
    let outcome = try signals(["get", "power", "--output", "json"], url: server.url)
    #expect(outcome.output == "")
    #expect(
      outcome.errors.hasPrefix(
        """
        signals-cli: GET \(server.url)/signals/power: connection closed before the response was \
        complete:
        """))
    #expect(outcome.status == 1)
  }

  @Test func whatIsNoHTTPIsSaidToBeNone() throws {
    let server = try CannedResponses.server(.closing("SSH-2.0-OpenSSH_9.2\r\n"))
    let outcome = try signals(["types"], url: server.url)
    #expect(
      outcome.errors.hasPrefix("signals-cli: GET \(server.url)/signals: not an HTTP response: "))
    #expect(outcome.status == 1)
  }

  @Test func anEndlessAnswerIsTooLarge() throws {
    let server = try CannedResponses.server(.endless(chunk: String(repeating: " ", count: 65_536)))
    try expect(
      ["types"], url: server.url,
      """
      signals-cli: GET \(server.url)/signals: response too large: body exceeds \
      16777216 bytes
        try: a smaller --limit
      """)
  }

  @Test func anUnknownTypeListsTheKnownOnes() throws {
    let server = try CannedResponses.server()
    try expect(
      ["get", "temperature"], url: server.url,
      """
      signals-cli: GET \(server.url)/signals/temperature: 404 Not Found: unknown signal type \
      "temperature"; expected one of error, power, state_change (request 5f3a9c)
      """)
    let terse = try CannedResponses.server(
      CannedResponses.problem(
        "404 Not Found", "unknown", more: #","known_types":["error","power"]"#))
    try expect(
      ["get", "temperature"], url: terse.url,
      """
      signals-cli: GET \(terse.url)/signals/temperature: 404 Not Found: unknown (request 5f3a9c)
        try: one of error, power
      """)
  }

  @Test func aMisspelledTypeGetsASuggestion() throws {
    let server = try CannedResponses.server()
    let outcome = try signals(["get", "pwoer", "--output", "json"], url: server.url)
    #expect(
      outcome.errors.hasSuffix(
        "one of error, power, state_change (request 5f3a9c)\n  try: did you mean power?\n"))
    #expect(outcome.status == 1)
  }

  @Test func aBadParameterIsTheServersToExplain() throws {
    let server = try CannedResponses.server(
      CannedResponses.problem("400 Bad Request", "limit takes 1 to 1000, not 5000"))
    try expect(
      ["get", "power", "--limit", "5000"], url: server.url,
      """
      signals-cli: GET \(server.url)/signals/power?limit=5000: 400 Bad Request: limit takes 1 to \
      1000, not 5000 (request 5f3a9c)
      """)
  }

  @Test(arguments: [
    ("5", "again in 5 s"), ("86400", "again in 1 d"), ("0", "again"), ("-5", nil), ("soon", nil),
    ("Fri, 01 Jan 1999 00:00:00 GMT", nil),
    ("9223372036854775807", "again in 11574074 d 1 h"),
  ])
  func aBusyServerSaysWhenToComeBack(_ after: String, _ advice: String?) throws {
    let server = try CannedResponses.server(
      CannedResponses.problem(
        "503 Service Unavailable", "the database does not answer", headers: ["Retry-After": after]))
    try expect(
      ["get", "power"], url: server.url,
      """
      signals-cli: GET \(server.url)/signals/power: 503 Service Unavailable: the database does not \
      answer (request 5f3a9c)\(advice.map { "\n  try: \($0)" } ?? "")
      """)
  }

  @Test func aBusyServerMayNameATime() throws {
    let server = try CannedResponses.server(
      CannedResponses.problem(
        "503 Service Unavailable", "away",
        headers: ["Retry-After": "Thu, 01 Jan 2099 00:00:00 GMT"]))
    let outcome = try signals(["types"], url: server.url)
    #expect(outcome.errors.contains(#/\n  try: again in [0-9]{5} d/#))
  }

  @Test func aNameOfOtherLettersIsFoundInEveryLocale() throws {
    let server = try CannedResponses.server(.body(CannedResponses.types))
    let url = server.url.replacing("127.0.0.1", with: "bücher.localhost")
    for locale in ["C", "C.UTF-8", "nonsense"] {
      let outcome = try signals(["types", "--json"], url: url, environment: ["LC_ALL": locale])
      #expect(outcome.output == CannedResponses.types + "\n", "\(outcome.errors)")
    }
    #expect(server.requests.last?["Host"] == "xn--bcher-kva.localhost:\(server.port)")
  }

  @Test func aGatewayBeforeADeadServiceIsAFailureOfHealth() throws {
    let server = try CannedResponses.server(
      CannedResponses.problem(
        "503 Service Unavailable", "the service is not running", headers: ["Retry-After": "2"]))
    try expect(
      ["health"], url: server.url,
      """
      signals-cli: GET \(server.url)/health: 503 Service Unavailable: the service is not running \
      (request 5f3a9c)
        try: again in 2 s
      """)
  }

  @Test func anErrorWithoutAProblemDocumentIsStillTold() throws {
    let server = try CannedResponses.server(
      .body(
        "<html>", status: "500 Oops", type: "text/html", headers: ["X-Request-Id": "77"]))
    try expect(
      ["types"], url: server.url,
      "signals-cli: GET \(server.url)/signals: 500 Internal Server Error (request 77)")
  }

  @Test func anotherServerIsSuspected() throws {
    let server = try CannedResponses.server(
      .body("<html>", status: "404 Not Found", type: "text/html"))
    try expect(
      ["types"], url: server.url,
      """
      signals-cli: GET \(server.url)/signals: 404 Not Found
        try: is this the right server? check --url
      """)
  }

  @Test func aRedirectIsNotFollowedButTold() throws {
    let server = try CannedResponses.server(
      .body("", status: "301 Moved", headers: ["Location": "https://plant.example/"]))
    try expect(
      ["types"], url: server.url,
      """
      signals-cli: GET \(server.url)/signals: 301 Moved Permanently: moved to https://plant.example/
        try: the new URL in --url or SIGNALS_URL
      """)
  }

  @Test(arguments: ["table", "json"])
  func anAnswerThatIsNotJSONIsNoResult(_ format: String) throws {
    let server = try CannedResponses.server(
      .body("<html>Log in</html>", type: "text/html; charset=utf-8"))
    try expect(
      ["types", "--output", format], url: server.url,
      """
      signals-cli: GET \(server.url)/signals: response is not JSON (Content-Type: text/html)
        try: is this the right server? check --url
      """)
  }

  @Test(arguments: [
    (#"[{"id":1,"signal_type":"power","value":1,"machine":"m"}]"#, "[0].timestamp is missing"),
    (
      #"[{"id":1,"signal_type":"power","value":1,"timestamp":"now","machine":"m"}]"#,
      "[0].timestamp: not RFC 3339"
    ),
    (#"[{"id":1.5}]"#, "[0].id must be an integer (got 1.5)"),
    (#"[{"id":1,"id":2}]"#, "[0].id: duplicate field"),
    (#"{"readings":[]}"#, "it must be an array (got an object)"),
  ])
  func anAnswerOfAnotherShapeIsDescribed(_ body: String, _ what: String) throws {
    let server = try CannedResponses.server(.body(body))
    try expect(
      ["get", "power"], url: server.url,
      """
      signals-cli: GET \(server.url)/signals/power: unexpected response: \(what)
        try: is this the right server? check --url
      """)
  }

  @Test(arguments: [
    ["get"], ["get", "power", "--limit", "many"], ["get", ".."], ["get", "power", "extra"],
    ["types", "--output", "xml"], ["health", "--timeout", "0"], ["health", "--timeout", "nan"],
    ["producer", "set"], ["producer", "set", "--error-seconds", "5"],
    ["producer", "set", "--power-hz", "inf"], ["producer", "fault", "--code", "1"],
    ["producer", "fault", "--machine", "m", "--code", "x"], ["frobnicate"],
  ])
  func aWrongCommandLineIsNotSent(_ arguments: [String]) throws {
    let server = try CannedResponses.server()
    let outcome = try signals(arguments, url: server.url)
    #expect(outcome.errors.hasPrefix("signals-cli: "))
    #expect(outcome.output == "")
    #expect(outcome.status == 64)
    #expect(server.connections == 0)
  }

  @Test func aWrongAddressIsAWrongCommandLine() throws {
    let outcome = try signals(["health", "--url", "localhost:8080"])
    #expect(outcome.errors.hasPrefix("signals-cli: --url must be an http or https URL: "))
    #expect(outcome.errors.hasSuffix("\n  try: --url http://127.0.0.1:8080\n"))
    #expect(outcome.status == 64)
  }
}
