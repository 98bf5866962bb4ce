import Foundation
import TestSupport
import Testing

/// The built program with a proxy from the environment.
@Suite struct ProxyTests {
  private static let base = "http://plant.example"

  /// `127.0.0.1:3128`
  private func authority(_ proxy: HTTPServerDouble) -> String {
    proxy.url.replacing("http://", with: "")
  }

  private func expect(
    _ arguments: [String], url: String = base, _ environment: [String: String],
    status: Int32 = 1, _ errors: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try signals(arguments, url: url, environment: environment)
    #expect(outcome.errors == errors + "\n", sourceLocation: sourceLocation)
    #expect(outcome.status == status, sourceLocation: sourceLocation)
  }

  @Test func aProxyThatIsDeadIsNamedWithItsVariableAndWithoutItsPassword() throws {
    let address = "127.0.0.1:\(try freePort())"
    for (variable, scheme) in [
      ("http_proxy", "http"), ("HTTPS_PROXY", "https"), ("ALL_PROXY", "http"),
    ] {
      try expect(
        ["types"], url: "\(scheme)://plant.example", [variable: "http://user:secret@\(address)"],
        """
        signals-cli: GET \(scheme)://plant.example/signals: cannot connect to proxy \(address) \
        (\(variable)): connection refused
          try: another proxy in \(variable), or plant.example in no_proxy
        """)
    }
  }

  @Test func aProxyWithoutAnAddressIsNamed() throws {
    let outcome = try signals(
      ["types"], url: Self.base, environment: ["http_proxy": "nobody.invalid:3128"])
    #expect(
      outcome.errors.hasPrefix(
        """
        signals-cli: GET http://plant.example/signals: cannot resolve proxy nobody.invalid:3128 \
        (http_proxy): could not resolve proxy: nobody.invalid
        """))
  }

  @Test(arguments: [
    ("403 Forbidden", "another proxy in http_proxy, or plant.example in no_proxy"),
    ("503 Service Unavailable", "another proxy in http_proxy, or plant.example in no_proxy"),
    (
      "407 Proxy Authentication Required",
      "a user name and password in http_proxy: http://USER:PASSWORD@"
    ),
  ])
  func aProxysOwnRefusalIsNotTheServers(_ status: String, _ advice: String) throws {
    let proxy = try CannedResponses.server(.body("<html>", status: status, type: "text/html"))
    let address = authority(proxy)
    try expect(
      ["types"], ["http_proxy": proxy.url],
      """
      signals-cli: GET http://plant.example/signals: \(status) from proxy \(address) (http_proxy)
        try: \(advice)\(advice.hasSuffix("@") ? address : "")
      """)
  }

  @Test func theServersRefusalThroughAProxyIsTheServers() throws {
    let proxy = try CannedResponses.server(
      CannedResponses.problem("403 Forbidden", "insufficient scope: signals:read required"))
    let outcome = try signals(["types"], url: Self.base, environment: ["http_proxy": proxy.url])
    #expect(outcome.errors.contains("403 Forbidden: insufficient scope: signals:read required"))
    #expect(!outcome.errors.contains("proxy"))
    #expect(outcome.status == 4)
    #expect(proxy.requests.first?.target == "http://plant.example/signals")
  }

  @Test(arguments: ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])
  func aTunnelThatIsRefusedIsTheProxysDoing(_ status: String) throws {
    let proxy = try HTTPServerDouble { _ in
      .closing("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
    }
    let outcome = try signals(
      ["types"], url: "https://plant.example", environment: ["https_proxy": proxy.url])
    #expect(
      outcome.errors.hasPrefix(
        """
        signals-cli: GET https://plant.example/signals: proxy \(authority(proxy)) (https_proxy) \
        refused the connection: \(status)

        """))
    #expect(outcome.status == 1)
    #expect(proxy.requests.first?.method == "CONNECT")
  }

  @Test func aProxyThatHangsIsNamed() throws {
    let proxy = try HTTPServerDouble { _ in .hanging() }
    try expect(
      ["types", "-t", "0.3"], ["http_proxy": proxy.url],
      """
      signals-cli: GET http://plant.example/signals: timed out after 0.3 s via proxy \
      \(authority(proxy)) (http_proxy)
        try: a longer --timeout; 'signals-cli health' shows the service's state
      """)
  }

  @Test func whatIsExceptedGoesWithoutAProxy() throws {
    let proxy = try CannedResponses.server(.body(CannedResponses.types))
    try expect(
      ["types"], url: "http://nobody.invalid",
      ["http_proxy": proxy.url, "no_proxy": "a.example,.invalid"],
      """
      signals-cli: GET http://nobody.invalid/signals: could not resolve host: nobody.invalid
        try: the right host name in --url or SIGNALS_URL
      """)
    #expect(proxy.connections == 0)
    // The wrong protocol, and a variable that a CGI client could set.
    for variable in ["https_proxy", "HTTP_PROXY"] {
      let outcome = try signals(
        ["types"], url: "http://nobody.invalid", environment: [variable: proxy.url])
      #expect(outcome.errors.contains("could not resolve host"))
    }
    #expect(proxy.connections == 0)
  }

  /// `name state text`
  private func hops(_ url: String, _ environment: [String: String]) throws -> [String] {
    let outcome = try signals(
      ["doctor", "--json", "-t", "0.5"], url: url, environment: environment)
    let said = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let hops = try #require(said?["hops"] as? [[String: Any]])
    return hops.map { hop in
      ["name", "state", "text"].compactMap { hop[$0] as? String }.joined(separator: " ")
    }
  }

  @Test func theDoctorShowsTheProxyAsAHopOfItsOwn() throws {
    let proxy = try CannedResponses.server(
      CannedResponses.problem("404 Not Found", "nothing is served here"))
    let through = try hops(Self.base, ["http_proxy": proxy.url])
    #expect(
      through.prefix(3) == [
        "proxy good \(authority(proxy)), from http_proxy",
        "TLS note none: traffic is not encrypted",
        "nginx good ",
      ])
    let dead = "127.0.0.1:\(try freePort())"
    let refused = "cannot connect to proxy \(dead) (https_proxy): connection refused"
    #expect(
      try hops("https://plant.example", ["https_proxy": "http://\(dead)"]).prefix(3) == [
        "proxy bad \(refused)", "TLS unknown ", "nginx unknown ",
      ])
    let strict = try CannedResponses.server(.body("no", status: "403 Forbidden", type: "text/html"))
    #expect(
      try hops(Self.base, ["http_proxy": strict.url]).prefix(2) == [
        "proxy bad 403 Forbidden from proxy \(authority(strict)) (http_proxy)",
        "nginx unknown ",
      ])
  }
}
