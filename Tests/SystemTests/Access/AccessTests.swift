import Foundation
import TestSupport
import Testing

/// Who may do what, through nginx: nobody reads without a token or a certificate here.
@Suite struct AccessTests {
  private let system: SignalsSystem
  private let files: TemporaryDirectory
  private let key = SigningKey()

  init() throws {
    files = try TemporaryDirectory()
    // A key that cannot be used is no reason to do without the others.
    let keys = key.jwks.replacing("]}", with: #",{"kty":"RSA","kid":"odd","n":"AQAB","e":65537}]}"#)
    try files.write(keys, to: "keys.json")
    try files.write(
      """
      {"clients":[{"subject":"CN=board","scopes":["signals:read"]},
        {"subject":"CN=panel","scopes":["producer:read","producer:control"]}]}
      """, to: "clients.json")
    system = try SignalsSystem(
      server: PostgresServer.shared.get(),
      settings: [
        "TOKEN_KEYS": files.file("keys.json"), "CLIENT_SCOPES": files.file("clients.json"),
        "READ_WITHOUT_TOKEN": "nobody", "CONTROL_TOKEN": nil,
      ], readiness: key.token("signals:read"))
  }

  private func ask(
    _ path: String, _ token: String, _ options: [String] = []
  ) throws -> NginxServer.Answer {
    try system.nginx.ask(path, with: ["-H", "Authorization: Bearer \(token)"] + options)
  }

  private func challenge(_ answer: NginxServer.Answer) -> String {
    answer.headers["www-authenticate"]?.joined(separator: "|") ?? ""
  }

  @Test func aTokenOpensWhatItsScopesName() throws {
    let reader = try key.token("signals:read")
    for _ in 0..<3 { #expect(try ask("/signals/power", reader).status == 200) }
    #expect(try ask("/signals", reader).status == 200)
    let lacking = try ask("/producer", reader)
    #expect(lacking.status == 403)
    #expect(
      challenge(lacking)
        == #"Bearer realm="signals", error="insufficient_scope", scope="producer:read""#)
    let watcher = try key.token("producer:read")
    #expect(try ask("/producer", watcher).status == 200)
    #expect(try ask("/producer/stop", watcher, ["-X", "POST"]).status == 403)
    #expect(try ask("/signals/power", watcher).status == 403)
    let operators = try key.token("producer:control", subject: "otto")
    #expect(try ask("/producer/start", operators, ["-X", "POST"]).status == 200)
    // What tells whether it works needs nothing.
    #expect(try system.nginx.ask("/health").status == 200)
  }

  @Test func aKeyThatIsLeftOutIsNamedInTheLogs() throws {
    let reason = #"key 2 ("odd") skipped: e must be a string (got 65537)"#
    for errors in [system.accessor.errors, system.producer.errors] {
      #expect(errors.contains("\(files.file("keys.json")): \(reason)"))
    }
  }

  @Test func everyBadTokenGetsTheSameAnswer() throws {
    let good = try key.token("signals:read")
    let parts = good.split(separator: ".")
    let bad = [
      try key.token("signals:read", lifetime: -31), try key.token("signals:read", audience: "x"),
      try SigningKey().token("signals:read"), "x", "..", String(good.dropLast(2)),
      "\(parts[0]).\(parts[1]).", "\(good).\(parts[0])", "eyJhbGciOiJub25lIn0.\(parts[1]).",
      try key.token("signals:read", header: #"{"alg":"HS256","kid":"tests"}"#),
      try key.token("signals:read", header: #"{"alg":"ES256","kid":"../../etc/passwd"}"#),
      try key.token("signals:read", header: #"{"alg":"ES256","kid":"tests","crit":["x"]}"#),
      SignalsSystem.token, String(repeating: "A", count: 3900),
    ]
    var answers: Set<String> = []
    for token in bad {
      let answer = try ask("/signals/power", token)
      #expect(answer.status == 401)
      let body = answer.body.replacing(/"request_id":"[^"]*"/, with: "")
      answers.insert("\(challenge(answer)) \(body)")
    }
    #expect(answers.count == 1)
    #expect(answers.first?.hasPrefix(#"Bearer realm="signals", error="invalid_token", "#) == true)
    // What is larger does not get as far.
    #expect(try ask("/signals/power", String(repeating: "A", count: 9000)).status == 431)
    #expect(try ask("/signals/power", good).status == 200)
  }

  @Test func whoShowsNothingIsToldWhatToShow() throws {
    let answer = try system.nginx.ask("/signals/power")
    #expect(answer.status == 401)
    #expect(challenge(answer) == #"Bearer realm="signals", scope="signals:read""#)
    #expect(answer.headers["content-type"] == ["application/problem+json"])
  }

  @Test func noHeaderMakesAClientSomebodyElse() throws {
    for headers in [
      ["SSL_CLIENT_VERIFY: SUCCESS", "SSL_CLIENT_S_DN: CN=board"],
      ["Ssl-Client-Verify: SUCCESS", "Ssl-Client-S-Dn: CN=board"],
      ["X-SSL-Client-Verify: SUCCESS", "X-SSL-Client-S-DN: CN=board"],
      ["REMOTE_ADDR: 127.0.0.1", "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1"],
      ["HTTP_AUTHORIZATION: Bearer \(try key.token("signals:read"))"],
      ["Authorization: Basic YW5uYTphbm5h"], ["Proxy-Authorization: Bearer x"],
    ] {
      let options = headers.flatMap { ["-H", $0] }
      for base in [system.nginx.url, system.nginx.tlsURL] {
        #expect(try system.nginx.ask("\(base)/signals/power", with: options).status == 401)
        #expect(try system.nginx.ask("\(base)/producer", with: options).status == 401)
      }
    }
  }

  @Test func aCertificateOpensWhatTheListNames() throws {
    let authority = system.nginx.certificates
    func ask(_ path: String, _ pair: TestCertificates.Pair, _ options: [String] = []) throws -> Int
    {
      try system.nginx.ask(
        system.nginx.tlsURL + path,
        with: ["--cert", pair.certificate, "--key", pair.key] + options
      ).status
    }
    let board = try authority.issue("board", for: "DNS:board")
    #expect(try ask("/signals/power", board) == 200)
    #expect(try ask("/producer", board) == 403)
    let panel = try authority.issue("panel", for: "DNS:panel")
    #expect(try ask("/producer/start", panel, ["-X", "POST"]) == 200)
    #expect(system.producer.errors.contains("who=\"CN=panel\""))
    // Of our authority, but on no list; and of another, under a name that is on it.
    #expect(try ask("/signals/power", authority.issue("guest", for: "DNS:guest")) == 401)
    let stranger = try TestCertificates().issue("board", for: "DNS:board")
    #expect(try ask("/signals/power", stranger) == 400)
  }

  @Test func everyControlCallIsWrittenDown() throws {
    let token = try key.token("producer:control", subject: "otto")
    func line(of answer: NginxServer.Answer) throws -> String {
      let id = try #require(answer.headers["x-request-id"]?.first)
      let lines = system.producer.errors.split(separator: "\n")
      return String(try #require(lines.first { $0.contains("audit") && $0.contains(id) }))
    }
    let done = try line(
      of: ask(
        "/producer", token,
        [
          "-X", "PATCH", "--data-binary", #"{"machines":2}"#, "-H",
          "Content-Type: application/json",
        ]))
    #expect(done.contains(#"info audit: PATCH by="token of key tests" from=127.0.0.1 request_id="#))
    #expect(done.hasSuffix(#" status=200 who=otto path=/producer change="{\"machines\":2}""#))
    let refused = try line(of: ask("/producer/stop", "nonsense", ["-X", "POST"]))
    #expect(refused.contains("refused=\"token: not a JWT"))
    #expect(refused.hasSuffix(" status=401 path=/producer/stop"))
  }

  @Test func nothingOfACallHidesWhatItWas() throws {
    func line(_ path: String, _ token: String, _ body: String?) throws -> String {
      let answer = try ask(
        path, token,
        body.map {
          ["-X", "PATCH", "--data-binary", $0, "-H", "Content-Type: application/json"]
        } ?? ["-X", "POST"])
      let id = try #require(answer.headers["x-request-id"]?.first)
      let lines = system.producer.errors.split(separator: "\n").filter { $0.contains(id) }
      #expect(lines.count == 1)
      return String(try #require(lines.first))
    }
    let control = try key.token("producer:control", subject: "otto")
    let forged = try line(
      "/producer/start%20by=secret%20status=200%20who=root", "nonsense-nonsense-nonsense", nil)
    #expect(
      forged.hasSuffix(#" status=401 path="/producer/start by=secret status=200 who=root""#))
    let marks = try line(
      "/producer/" + String(repeating: "%CC%81", count: 600), "nonsense-nonsense-nonsense", nil)
    #expect(marks.utf8.contains(" status=401 path=/producer/\u{301}".utf8))
    let reordered = try line(
      "/producer/%E2%80%AE%E2%80%A8x", "nonsense-nonsense-nonsense", nil)
    #expect(reordered.hasSuffix(#" status=401 path="/producer/\u{202e}\u{2028}x""#))
    let blanks = String(repeating: " ", count: 5000)
    let hidden = try line("/producer", control, #"\#(blanks){"machines": 3}"#)
    #expect(hidden.hasSuffix(#" status=200 who=otto path=/producer change="{\"machines\":3}""#))
    let refused = try line(
      "/producer", control, #"\#(blanks){"machines": 3, "rates": {"power_hz": 3}}"#)
    #expect(
      refused.hasSuffix(
        #" status=400 who=otto path=/producer change="{\"machines\":3,\"rates\":{\"power_hz\":3}}""#
      ))
    let garbage = try line("/producer", control, #"\#(blanks)no JSON"#)
    #expect(garbage.hasSuffix(#" status=400 who=otto path=/producer body="no JSON""#))
    #expect(garbage.contains(" body_bytes=5007 "))
  }
}
