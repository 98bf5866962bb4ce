import Testing

@testable import Curl

@Suite struct ProxyTests {
  private func proxy(_ url: String, _ environment: [String: String]) throws -> Proxy? {
    Proxy(for: try HTTPURL(url)) { environment[$0] }
  }

  @Test(
    arguments: [
      ("http://a", ["http_proxy": "p:1"], "http_proxy"), ("http://a", ["HTTP_PROXY": "p:1"], nil),
      ("http://a", ["https_proxy": "p:1"], nil), ("https://a", ["http_proxy": "p:1"], nil),
      ("https://a", ["HTTPS_PROXY": "p:1"], "HTTPS_PROXY"),
      ("https://a", ["https_proxy": "p:1", "HTTPS_PROXY": "q:1"], "https_proxy"),
      ("http://a", ["all_proxy": "p:1"], "all_proxy"),
      ("https://a", ["ALL_PROXY": "p:1"], "ALL_PROXY"),
      ("http://a", ["http_proxy": "", "all_proxy": "p:1"], "all_proxy"), ("http://a", [:], nil),
    ] as [(String, [String: String], String?)])
  func itIsTheFirstThatLibcurlWouldTake(
    _ url: String, _ environment: [String: String], _ variable: String?
  ) throws {
    #expect(try proxy(url, environment)?.variable == variable)
  }

  @Test(arguments: [
    ("p.example", "p.example:1080"), ("p.example:3128", "p.example:3128"),
    ("http://user:secret@p.example:3128/", "p.example:3128"),
    ("https://p.example", "p.example:443"),
    ("socks5h://[::1]:9050", "[::1]:9050"), ("http://user@p.example", "p.example:1080"),
  ])
  func itIsShownByHostAndPort(_ value: String, _ authority: String) throws {
    #expect(try proxy("http://a", ["http_proxy": value])?.authority == authority)
  }

  @Test(arguments: [
    ("*", "a.example", true), ("example", "a.example", true), (".example", "a.example", true),
    ("a.example", "a.example", true), ("A.EXAMPLE.", "a.example", true),
    ("a.example", "a.example.", true),
    ("b.example, a.example", "a.example", true), ("b.example a.example", "a.example", true),
    ("ample", "a.example", false), ("b.example", "a.example", false),
    ("a.example", "example", false),
    ("", "a.example", false), (",, .", "a.example", false), ("*.example", "a.example", false),
    ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.10", false),
    ("0.2.1", "192.0.2.1", false),
    ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/25", "192.0.2.128", false),
    ("192.0.2.0/25", "192.0.2.127", true), ("0.0.0.0/0", "192.0.2.1", true),
    ("192.0.2.0/33", "192.0.2.0", false),
    ("192.0.2.0/x", "192.0.2.0", false), ("192.0.2.0/24", "a.example", false),
    ("2001:db8::1", "[2001:db8::1]", true), ("2001:db8::/32", "[2001:db8:1::1]", true),
    ("2001:db8::/33", "[2001:db8:8000::1]", false), ("0.0.0.0/0", "[::1]", false),
  ])
  func exceptionsAreHostsDomainsAndNetworks(_ list: String, _ host: String, _ isExcepted: Bool) {
    #expect(ProxyExceptions(list).contain(host) == isExcepted)
  }
}
