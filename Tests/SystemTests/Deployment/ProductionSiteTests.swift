import Foundation
import TestSupport
import Testing

/// The site for production: what it lets through, and how much of it.
struct ProductionSiteTests {
  let service: FastCGIDouble

  init() throws { service = try FastCGIDouble() }

  private func site(edit: @escaping (inout String) -> Void = { _ in }) throws -> ProductionSite {
    try ProductionSite(accessor: service.path, producer: service.path, edit: edit)
  }

  /// The statuses of many requests for one path on one connection, sent as fast as they are answered.
  private func statuses(_ count: Int, _ url: String, _ options: String...) throws -> [Int] {
    try statuses(count, url, with: options)
  }

  private func statuses(_ count: Int, _ url: String, with options: [String]) throws -> [Int] {
    try ChildProcess.output(
      of: "curl",
      ["-sk", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}\n"] + options
        + ["\(url)?n=[1-\(count)]"]
    ).split(separator: "\n").compactMap { Int($0) }
  }

  /// Puts `text` in the place of what a pattern finds, which has to be there.
  private static func replace(_ pattern: String, _ text: String, _ site: inout String) {
    let edited = site.replacingOccurrences(of: pattern, with: text, options: .regularExpression)
    precondition(edited != site, "the site has no \(pattern)")
    site = edited
  }

  /// With rates as slow as a test: one request in ten seconds, and what the bursts allow.
  private func slowly(_ site: inout String) {
    Self.replace("rate=[0-9]+r/s", "rate=6r/m", &site)
    Self.replace("burst=[0-9]+", "burst=9", &site)
  }

  @Test func whoAsksTooMuchIsToldToWaitAndTheOthersDoNotNotice() throws {
    let site = try site(edit: slowly)
    let burst = try statuses(30, site.url + "/signals")
    #expect(burst == [Int](repeating: 200, count: 10) + [Int](repeating: 429, count: 20))
    let refusal = try site.ask("/signals")
    try expectProblem(refusal, status: 429, title: "Too Many Requests", instance: "/signals")
    #expect(refusal.headers["retry-after"] == ["1"])
    #expect(refusal.headers["ratelimit-policy"] == [#""client";q=100;w=1, "token";q=200;w=1"#])
    let other = try statuses(10, site.url + "/signals", "--interface", "127.0.0.2")
    #expect(other.allSatisfy { $0 == 200 })
  }

  @Test func aTokenIsLimitedWhoeverShowsItAndAnotherIsNot() throws {
    let site = try site { [self] in
      slowly(&$0)
      Self.replace("burst=9", "burst=20", &$0)
      Self.replace("zone=signals_token +burst=20", "zone=signals_token burst=4", &$0)
    }
    // The same but for their ends.
    func token(_ end: String) -> String {
      "Authorization: Bearer \(String(repeating: "x", count: 300))\(end)"
    }
    let first = try statuses(
      4, site.url + "/signals", "-H", token("a"), "--interface", "127.0.0.2")
    let second = try statuses(
      3, site.url + "/signals", "-H", token("a"), "--interface", "127.0.0.3")
    let other = try statuses(
      3, site.url + "/signals", "-H", token("b"), "--interface", "127.0.0.3")
    #expect(first == [200, 200, 200, 200])
    #expect(second == [200, 429, 429])
    #expect(other == [200, 200, 200])
  }

  @Test func aTokenIsTheSameInWhateverSpelling() throws {
    let site = try site { [self] in
      slowly(&$0)
      Self.replace("burst=9", "burst=100", &$0)
      Self.replace("zone=signals_token +burst=100", "zone=signals_token burst=3", &$0)
    }
    func ask(_ headers: [String]) throws -> [Int] {
      try headers.flatMap { try statuses(1, site.url + "/signals", "-H", "Authorization: \($0)") }
    }
    let spellings = [
      "Bearer", "bearer", "BEARER", "bEaReR", "Bearer ", "bearer   ",
    ]
    for token in ["0123456789abcdef", "eyJh.eyJp.c2ln", "eyJi.eyJp.c2ln"] {
      #expect(
        try ask(spellings.map { "\($0) \(token)" }) == [200, 200, 200, 200, 429, 429], "\(token)")
    }
    // Another signature of the same, and none; other claims are another token, whatever case they are in.
    #expect(try ask(["Bearer eyJh.eyJp.c2lu", "Bearer eyJh.eyJp."]) == [429, 429])
    #expect(try ask(["Bearer eyJh.eyJP.c2ln", "Bearer eyJH.eyJp.c2ln"]) == [200, 200])
    // What is no token is the client's.
    #expect(try ask(Array(repeating: "Basic eDp5", count: 6)).allSatisfy { $0 == 200 })
  }

  @Test func aClientOfIPv6IsItsWholeNetwork() throws {
    let site = try site { [self] in
      slowly(&$0)
      // So that the test may be anybody.
      $0 = "set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;\n" + $0
    }
    func ask(_ address: String) throws -> [Int] {
      try statuses(6, site.url + "/signals", "-H", "X-Real-IP: \(address)")
    }
    #expect(try ask("2001:db8:1:2::1") == [200, 200, 200, 200, 200, 200])
    #expect(try ask("2001:db8:1:2:ffff::") == [200, 200, 200, 200, 429, 429])
    #expect(try ask("2001:db8:1:3::1") == [200, 200, 200, 200, 200, 200])
    #expect(try ask("192.0.2.1") == [200, 200, 200, 200, 200, 200])
    #expect(try ask("192.0.2.2") == [200, 200, 200, 200, 200, 200])
  }

  @Test func theControlEndpointIsLimitedMoreTightly() throws {
    let site = try site {
      Self.replace("rate=10r/s", "rate=6r/m", &$0)
      Self.replace("burst=20 ", "burst=2 ", &$0)
    }
    #expect(try statuses(5, site.url + "/producer/start") == [200, 200, 200, 429, 429])
    let refusal = try site.ask("/producer")
    #expect(refusal.headers["ratelimit-policy"] == [#""control";q=10;w=1, "token";q=200;w=1"#])
    #expect(try statuses(5, site.url + "/signals").allSatisfy { $0 == 200 })
  }

  /// What nginx answers by itself, some of it before it knows a location.
  @Test(
    arguments: [
      "/nothing", "/%zz", "/.problem", "/metrics", "/signals", "TRACE /", "TOO-LARGE /signals",
    ], [true, false])
  func strangersAreLimitedWhateverTheyAskForAndFillNoLog(target: String, overTLS: Bool) throws {
    let site = try site(edit: slowly)
    let words = target.split(separator: " ")
    var options = ["--interface", "127.0.0.2", "--path-as-is"]
    switch words[0] {
    case "TRACE": options += ["-X", "TRACE"]
    case "TOO-LARGE": options += ["-X", "POST", "-H", "Content-Length: 99999999"]
    default: break
    }
    let base = overTLS ? site.url : site.plainURL
    let answers = try statuses(3000, base + words.last!, with: options)
    #expect(answers.count == 3000)
    #expect(answers.count { $0 == 429 } >= 2900)
    let last = "X-Request-Id: of-the-last-one"
    _ = try site.ask(base + "/signals", "--interface", "127.0.0.3", "-H", last)
    #expect(eventually { site.accessLog.contains { $0.contains("of-the-last-one") } })
    // One in a hundred of what is refused.
    #expect(site.accessLog.count { !$0.contains("of-the-last-one") } < 150)
    #expect(site.errorLog.split(separator: "\n").count < 150)
  }

  @Test func connectionsThatEndWithoutARequestFillNoLog() throws {
    let site = try site()
    // A request that never comes to its end is one in the log, otherwise.
    let script = "for ((i = 0; i < 1000; i++)); do printf 'GET /' >/dev/tcp/127.0.0.1/$0; done"
    try ChildProcess.output(of: "bash", ["-c", script, "\(site.port)"])
    _ = try site.ask(site.plainURL + "/signals", "-H", "X-Request-Id: of-the-last-one")
    #expect(eventually { site.accessLog.contains { $0.contains("of-the-last-one") } })
    #expect(site.accessLog.count < 60)
  }

  @Test func tooManyRequestsAtOnceAreRefusedToo() throws {
    let slow = try FastCGIDouble(isAnswering: false)
    let site = try ProductionSite(accessor: slow.path, producer: service.path) {
      Self.replace("signals_requests +64", "signals_requests 2", &$0)
    }
    let waiting = try (0..<2).map { _ in
      try ChildProcess(
        "curl", ["-sk", "--noproxy", "*", "--max-time", "20", site.url + "/signals"])
    }
    #expect(eventually { slow.requestCount == 2 })
    try expectProblem(site.ask("/producer"), status: 429)
    #expect(
      try site.ask("/producer", "--interface", "127.0.0.2").status == 200)
    for client in waiting { client.signal(SIGKILL) }
  }

  // MARK: Plain HTTP

  @Test func plainHTTPMovesToTLSWithMethodAndBody() throws {
    let site = try site()
    let answer = try site.ask(site.plainURL + "/producer/stop?a=b", "-X", "POST")
    #expect(answer.status == 308)
    #expect(answer.headers["location"] == ["https://signals.example.com/producer/stop?a=b"])
    #expect(answer.headers["server"] == ["nginx"])
    #expect(answer.headers["strict-transport-security"] == nil)
  }

  // MARK: Watchers

  @Test(arguments: ["/metrics", "/metrics/producer", "/nginx_status"])
  func onlyWatchersSeeFigures(path: String) throws {
    let site = try site()
    #expect(try site.ask(path).status == 200)
    try expectProblem(
      site.ask(path, "--interface", "127.0.0.2"), status: 403, title: "Forbidden", instance: path)
  }

  // MARK: Compression

  @Test func longAnswersAreCompressedForWhoeverTakesThem() throws {
    let site = try site()
    let padding = "/signals?x=\(String(repeating: "x", count: 2000))"
    let id = "X-Request-Id: of-the-test"
    let plain = try site.ask(padding, "-H", id)
    #expect(plain.headers["content-encoding"] == nil)
    #expect(plain.headers["vary"] == ["Accept-Encoding"])
    let packed = try site.ask(padding, "-H", id, "--compressed")
    #expect(packed.headers["content-encoding"] != nil)
    #expect(packed.json as? [String: String] == plain.json as? [String: String])
  }

  // MARK: Keeping answers

  /// A site that keeps answers, in a directory of the test's.
  private func keepingSite() throws -> ProductionSite {
    let zone = try String(
      contentsOf: NginxServer.repository.appendingPathComponent("nginx/signals/cache-http.conf"),
      encoding: .utf8)
    return try site {
      $0 = $0.replacingOccurrences(
        of: "#include signals/cache-http.conf;",
        with: zone.replacingOccurrences(of: "/var/cache/nginx/signals", with: "cache"))
      Self.replace("#include signals/cache.conf", "include signals/cache.conf", &$0)
    }
  }

  @Test func nothingIsKeptUnlessAskedFor() throws {
    let site = try site()
    for _ in 0..<2 { #expect(try site.ask("/signals").headers["cache-status"] == nil) }
    #expect(service.requestCount == 2)
  }

  @Test func aKeptAnswerIsSharedByThoseWhoAskTheSameWithTheSameToken() throws {
    let site = try keepingSite()
    let bearer = "Authorization: Bearer of-the-test"
    // A second may pass between two requests; then the next two are within one.
    #expect(
      try eventually {
        let first = try site.ask("/signals/power?limit=3", "-H", bearer)
        let second = try site.ask("/signals/power?limit=3", "-H", bearer)
        return first.body == second.body && second.headers["cache-status"] == ["nginx; hit"]
      })
    let count = service.requestCount
    #expect(try site.ask("/signals/power?limit=3").headers["cache-status"] == ["nginx; fwd=miss"])
    #expect(
      try site.ask("/signals/power?limit=3", "-H", "Authorization: Bearer other").headers[
        "cache-status"] == ["nginx; fwd=miss"])
    #expect(
      try site.ask("/signals/power?limit=4", "-H", bearer).headers["cache-status"] == [
        "nginx; fwd=miss"
      ])
    #expect(service.requestCount == count + 3)
  }

  @Test func whatIsNoListIsNeverKept() throws {
    let site = try keepingSite()
    for path in ["/health", "/producer", "/metrics", "/signals/power/stream"] {
      let bodies = try (0..<2).map { _ in try site.ask(path).body }
      #expect(bodies[0] != bodies[1], "\(path)")
    }
    for option in [["-X", "POST"], ["-H", "Accept: text/event-stream"]] {
      let before = service.requestCount
      for _ in 0..<2 { _ = try site.ask("/signals/power", option[0], option[1]) }
      #expect(service.requestCount == before + 2, "\(option)")
    }
  }

  @Test func whatWasLastKnownIsServedWhileTheServiceIsAwayAndSaysSo() throws {
    let site = try keepingSite()
    let answer = try site.ask("/signals")
    service.stop()
    #expect(
      try eventually {
        try site.ask("/signals").headers["cache-status"] == ["nginx; hit; detail=stale"]
      })
    #expect(try site.ask("/signals").body == answer.body)
    try expectProblem(site.ask("/health"), status: 503)
  }
}
