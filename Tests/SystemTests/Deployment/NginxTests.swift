import Foundation
import TestSupport
import Testing

/// nginx as the project configures it, in front of a stand-in for the services.
struct NginxTests {
  let service: FastCGIDouble
  let nginx: NginxServer

  init() throws {
    service = try FastCGIDouble()
    nginx = try NginxServer(accessor: service.path, producer: service.path)
  }

  // MARK: Configuration

  @Test func theDevelopmentConfigurationIsTakenWithoutAWarning() throws {
    let outcome = try nginx.configurationTest()
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("test is successful"))
    #expect(!outcome.errors.contains("["), "\(outcome.errors)")
  }

  @Test func theProductionSiteIsTakenWithoutAWarningInsideDebiansConfiguration() throws {
    let outcome = try ProductionSite(accessor: service.path, producer: service.path)
      .configurationTest()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.errors.contains("["), "\(outcome.errors)")
  }

  // MARK: Passing requests on

  @Test func aServiceIsToldWhatItNeedsAndNoneOfTheClientsOtherHeaders() throws {
    let answer = try nginx.ask(
      "/signals/po%77er?limit=3", "-H", "Authorization: Bearer secret", "-H", "Proxy: http://evil",
      "-H", "Cookie: a=b", "-H", "X-Request-Id: client-0001")
    let params = try #require(answer.json as? [String: String])
    #expect(
      params == [
        "REQUEST_METHOD": "GET", "REQUEST_URI": "/signals/po%77er?limit=3",
        "SCRIPT_NAME": "/signals/power", "DOCUMENT_URI": "/signals/power",
        "QUERY_STRING": "limit=3", "CONTENT_TYPE": "", "CONTENT_LENGTH": "",
        "REMOTE_ADDR": "127.0.0.1", "REQUEST_ID": "client-0001",
        "HTTP_AUTHORIZATION": "Bearer secret",
      ])
  }

  @Test func onlyTheProducerIsToldTheToken() throws {
    let answer = try nginx.ask(
      "/producer/faults", "-X", "POST", "-H", "Authorization: Bearer secret", "-H",
      "Content-Type: application/json", "--data", "{}")
    let params = try #require(answer.json as? [String: String])
    #expect(params["HTTP_AUTHORIZATION"] == "Bearer secret")
    #expect(params["REQUEST_METHOD"] == "POST")
    #expect(params["CONTENT_TYPE"] == "application/json")
    #expect(params["CONTENT_LENGTH"] == "2")
  }

  @Test(arguments: [
    "/signals", "/signals/power", "/machines", "/health", "/health/live", "/health/ready",
    "/producer", "/producer/start",
  ])
  func theRoutesLeadToAService(path: String) throws {
    #expect(try nginx.ask(path).status == 200)
  }

  @Test(arguments: [
    "/", "/signalsx", "/machinesx", "/healthy", "/producers", "/.problem", "/favicon.ico", "/.env",
  ])
  func everythingElseIsNotFound(path: String) throws {
    try expectProblem(nginx.ask(path), status: 404, title: "Not Found", instance: path)
  }

  @Test func anErrorOfAServicePassesUnchanged() throws {
    let answer = try nginx.ask("/signals/problem")
    #expect(answer.status == 418)
    #expect(answer.body == "{\"title\":\"I'm a teapot\"}")
    #expect(answer.headers["content-type"] == ["application/problem+json"])
  }

  @Test func aHeadRequestGetsTheHeadersOnly() throws {
    let answer = try nginx.ask("/signals", "--head")
    #expect(answer.status == 200)
    #expect(answer.headers["content-type"] == ["application/json"])
    #expect(answer.body.isEmpty)
  }

  // MARK: Request ids

  @Test(arguments: ["abcdefgh", "A.b_c-0123456789", String(repeating: "x", count: 64)])
  func aHarmlessRequestIdIsKept(id: String) throws {
    let answer = try nginx.ask("/signals", "-H", "X-Request-Id: \(id)")
    #expect(answer.headers["x-request-id"] == [id])
    #expect((answer.json as? [String: String])?["REQUEST_ID"] == id)
  }

  @Test(arguments: ["short", "with space 1", "quote\"quote", String(repeating: "x", count: 65)])
  func anyOtherRequestIdIsReplaced(id: String) throws {
    let answer = try nginx.ask("/signals", "-H", "X-Request-Id: \(id)")
    let made = try #require(answer.headers["x-request-id"]?.first)
    #expect(made.count == 32 && made.allSatisfy(\.isHexDigit))
    #expect((answer.json as? [String: String])?["REQUEST_ID"] == made)
  }

  @Test func aServicesOwnRequestIdDoesNotReachTheClient() throws {
    let answer = try nginx.ask("/signals/problem", "-H", "X-Request-Id: client-0001")
    #expect(answer.headers["x-request-id"] == ["client-0001"])
  }

  @Test func theAccessLogIsJSONWithTheRequestId() throws {
    _ = try nginx.ask(
      "/signals/a%22b?\"\\", "-H", "X-Request-Id: client-0001", "-A", "quote\" \\ \u{1}")
    _ = try nginx.ask("/nothing", "-H", "X-Request-Id: client-0002")
    #expect(eventually { nginx.accessLog.count == 2 })
    let lines = try nginx.accessLog.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(lines.map { $0["request_id"] as? String } == ["client-0001", "client-0002"])
    #expect(lines.map { $0["status"] as? String } == ["200", "404"])
    #expect(lines[0]["upstream_status"] as? String == "200")
    #expect(Double(try #require(lines[0]["upstream_response_time"] as? String)) != nil)
  }

  @Test func everyLineOfTheAccessLogIsJSONWhateverBytesCome() throws {
    let hostile: [[UInt8]] = [
      [0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x80, 0xae],
      Array("\"\\\u{7f}\t".utf8), Array(repeating: 0x7c, count: 3000),
    ]
    for bytes in hostile {
      // curl itself would not take them on its command line.
      var file = Array("path-as-is\nrequest-target = \"/signals?".utf8) + bytes.filter { $0 > 0x22 }
      for name in ["User-Agent", "Referer", "X-Request-Id", "Authorization", "X-Forwarded-For"] {
        file += Array("\"\nheader = \"\(name): ".utf8) + bytes.filter { $0 > 0x22 && $0 != 0x5c }
      }
      try nginx.directory.write(file + Array("\"\n".utf8), to: "curl")
      _ = try nginx.ask("/signals", "-K", nginx.directory.file("curl"))
      // A header may have more than a target.
      try nginx.directory.write(Array("User-Agent: ".utf8) + bytes + [0x0a], to: "header")
      _ = try nginx.ask("/signals", "-H", "@\(nginx.directory.file("header"))")
    }
    #expect(eventually { nginx.accessLog.count == 2 * hostile.count })
    let log = try nginx.directory.read("log/access.log")
    for line in log.split(separator: 0x0a) {
      #expect(line.allSatisfy { (0x20..<0x7f).contains($0) } && line.count < 2500)
      _ = try JSONSerialization.jsonObject(with: Data(line))
    }
  }

  // MARK: nginx's own errors

  @Test func aTargetThatIsTooLongIsRefused() throws {
    try expectProblem(
      nginx.ask("/" + String(repeating: "x", count: 5000)), status: 414, title: "URI Too Long")
  }

  @Test func headersThatAreTooLongAreRefused() throws {
    try expectProblem(
      nginx.ask("/signals", "-H", "X-Long: " + String(repeating: "x", count: 5000)), status: 431,
      title: "Request Header Fields Too Large")
  }

  @Test func aMethodThatIsNotServedIsRefused() throws {
    let answer = try nginx.ask("/signals", "-X", "TRACE")
    try expectProblem(answer, status: 405, title: "Method Not Allowed")
    #expect(answer.headers["allow"] == ["GET, HEAD"])
  }

  @Test func plainHTTPOnTheTLSPortIsABadRequest() throws {
    try expectProblem(
      nginx.ask("http://127.0.0.1:\(nginx.tlsPort)/signals"), status: 400, title: "Bad Request")
  }

  @Test(arguments: [
    "/%zz", "/%00", "/\u{1}", "/\u{7f}", "/\"", "/\\", "/a\"b\\c", "/</script>", "/\u{e9}\u{1f600}",
    "/..//../\"", "/?\"\\\u{1}", "/{}|^`", "/%22%5c%0a",
  ])
  func aHostileTargetGetsAValidProblem(target: String) throws {
    // curl itself would not have some of these in a URL.
    let answer = try nginx.ask("/", "--request-target", target)
    #expect([400, 404].contains(answer.status))
    try expectProblem(answer, status: answer.status)
  }

  @Test func aServiceThatIsAwayIsAProblemWithATimeToRetryAfter() throws {
    let lonely = try NginxServer(accessor: "/nonexistent/socket", producer: "/nonexistent/socket")
    for path in ["/health", "/producer"] {
      let answer = try lonely.ask(path, "-H", "X-Request-Id: client-0001")
      try expectProblem(answer, status: 503, title: "Service Unavailable", instance: path)
      #expect(answer.headers["retry-after"] == ["2"])
      #expect(answer.headers["x-request-id"] == ["client-0001"])
    }
  }

  // MARK: Security

  @Test(arguments: ["/signals", "/signals/problem", "/nothing"])
  func everyAnswerHasTheSecurityHeaders(path: String) throws {
    let answer = try nginx.ask(path)
    #expect(answer.headers["x-content-type-options"] == ["nosniff"])
    #expect(
      answer.headers["content-security-policy"] == ["default-src 'none'; frame-ancestors 'none'"])
    #expect(answer.headers["referrer-policy"] == ["no-referrer"])
    #expect(answer.headers["x-frame-options"] == ["DENY"])
    #expect(answer.headers["server"] == ["nginx"])
    // This machine is not limited here.
    #expect(answer.headers["ratelimit-policy"] == nil)
    #expect(answer.headers["strict-transport-security"] == nil)
  }

  @Test(arguments: [
    "localhost", "localhost:8080", "127.0.0.1", "192.0.2.7:80", "[::1]", "signals.example.com", "",
  ])
  func theServerAnswersToItsNamesAndToAddresses(name: String) throws {
    for url in [nginx.url, nginx.tlsURL] {
      let answer = try nginx.ask(
        url + "/signals", "--http1.0", "-H", name.isEmpty ? "Host:" : "Host: \(name)")
      #expect(answer.status == 200)
    }
  }

  /// As a browser sends it for a page whose name was made to lead here.
  @Test(arguments: ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "1.a"])
  func anotherNameIsRefused(name: String) throws {
    for url in [nginx.url, nginx.tlsURL] {
      for path in ["/signals", "/producer", "/nothing"] {
        try expectProblem(
          nginx.ask(url + path, "-H", "Host: \(name)"), status: 421, title: "Misdirected Request",
          instance: path)
      }
    }
    #expect(service.requestCount == 0)
  }

  @Test(arguments: ["/signals", "/nothing"])
  func strictTransportSecurityIsForTLSAndNotForLocalhost(path: String) throws {
    #expect(
      try nginx.ask(nginx.tlsURL + path).headers["strict-transport-security"] == ["max-age=0"])
    let answer = try nginx.ask(nginx.tlsURL + path, "-H", "Host: signals.example.com")
    #expect(answer.headers["strict-transport-security"] == ["max-age=63072000"])
  }

  @Test func theTLSPortSpeaksHTTP2AndTellsTheService() throws {
    let answer = try nginx.ask(nginx.tlsURL + "/signals", "--http2")
    #expect(answer.version == "HTTP/2")
    #expect((answer.json as? [String: String])?["HTTPS"] == "on")
    try expectProblem(nginx.ask(nginx.tlsURL + "/nothing", "--http2"), status: 404)
  }

  @Test(arguments: ["1.2": true, "1.3": true, "1.0": false, "1.1": false])
  func onlyCurrentVersionsOfTLSAreSpoken(version: String, spoken: Bool) throws {
    // Level 0: else it would be our own OpenSSL that refuses the old ones.
    let outcome = try ChildProcess.run(
      "curl",
      [
        "-sS", "--noproxy", "*", "--cacert", nginx.authorityFile, "--tlsv1.0", "--tls-max", version,
        "--ciphers", "DEFAULT:@SECLEVEL=0", nginx.tlsURL + "/signals",
      ])
    #expect((outcome.status == 0) == spoken, "\(outcome.errors)")
    if !spoken { #expect(outcome.errors.contains("alert protocol version"), "\(outcome.errors)") }
  }
}
