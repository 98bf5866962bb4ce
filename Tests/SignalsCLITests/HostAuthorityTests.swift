import TestSupport
import Testing

@testable import SignalsCLI

/// `check -H`, which monitoring systems call with a name or an address.
@Suite struct HostAuthorityTests {
  @Test(arguments: [
    ("plant.example", "plant.example", false), ("plant.example:8443", "plant.example:8443", true),
    ("192.0.2.1", "192.0.2.1", false), ("192.0.2.1:8443", "192.0.2.1:8443", true),
    ("::1", "[::1]", false), ("2001:db8::1", "[2001:db8::1]", false),
    ("fe80::1%eth0", "[fe80::1%eth0]", false), ("[::1]", "[::1]", false),
    ("[::1]:8443", "[::1]:8443", true), ("[fe80::1%25eth0]:8443", "[fe80::1%25eth0]:8443", true),
  ])
  func aHostIsWrittenAsInAURL(_ host: String, _ text: String, _ hasPort: Bool) throws {
    let authority = try #require(HostAuthority(host))
    #expect(authority.text == text)
    #expect(authority.hasPort == hasPort)
  }

  @Test(arguments: [
    "", "http://a", "https://a:8443/", "a/b", "a?b", "a#b", "user@a", "a b", "[::1", "[::1]x",
    "a\n",
  ])
  func whatIsNoHostIsNone(_ host: String) { #expect(HostAuthority(host) == nil) }

  @Test(arguments: ["http://127.0.0.1:8080", "plant.example/api"])
  func aURLIsAWrongQuestionAndNoFailureOfTheService(_ host: String) throws {
    let outcome = try signals(["check", "health", "-H", host])
    #expect(
      outcome.output.hasPrefix("SIGNALS UNKNOWN: '--hostname' must be a name or an address (got '"))
    #expect(outcome.status == 3)
  }

  @Test(arguments: [
    (["-H", "::1", "-p", "0"], "'--port' must be an integer from 1 to 65535 (got 0)."),
    (["-H", "a:1", "-p", "2"], "'--port' cannot be combined with a port in '--hostname'."),
    (["--url", "http://a", "-p", "2"], "'--port' requires '--hostname'."),
  ])
  func aPortThatCannotBeMeantIsNamed(_ arguments: [String], _ reason: String) throws {
    let outcome = try signals(["check", "health"] + arguments)
    #expect(outcome.output.hasPrefix("SIGNALS UNKNOWN: \(reason)"))
    #expect(outcome.status == 3)
  }

  @Test func anAddressOfIPv6IsAskedAtItsPort() throws {
    let port = try freePort()
    for arguments in [
      ["-H", "::1", "-p", "\(port)"], ["-H", "[::1]:\(port)"], ["-H", "::1%lo", "-p", "\(port)"],
    ] {
      let outcome = try signals(["check", "health", "-v"] + arguments)
      #expect(
        outcome.output.hasPrefix("SIGNALS CRITICAL: connection refused\n"), "\(outcome.output)")
      #expect(outcome.output.contains("GET https://[::1"))
      #expect(outcome.output.contains("]:\(port)/health: "))
      #expect(outcome.status == 2)
    }
  }
}
