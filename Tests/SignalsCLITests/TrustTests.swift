import TestSupport
import Testing

/// The built program against a real nginx with TLS.
@Suite struct TrustTests {
  private let certificates: TestCertificates

  init() throws { certificates = try TestCertificates() }

  private func server(for hosts: String, days: Int = 2) throws -> NginxDouble {
    try NginxDouble(
      certificates.issue("server", for: hosts, days: days), "location / { return 200 '[]'; }")
  }

  @Test func aGivenAuthorityIsTrusted() throws {
    let server = try server(for: "DNS:localhost")
    let arguments = ["types", "--output", "json"]
    let option = try signals(
      arguments + ["--cacert", certificates.authorityFile], url: server.url,
      environment: ["SIGNALS_CACERT": "/nonexistent"])
    #expect(option.output == "[]\n")
    #expect(option.status == 0)
    let variable = try signals(
      arguments, url: server.url, environment: ["SIGNALS_CACERT": certificates.authorityFile])
    #expect(variable.output == "[]\n")
    #expect(variable.status == 0)
  }

  @Test func anUnknownAuthorityAsksForItsFile() throws {
    let server = try server(for: "DNS:localhost")
    let outcome = try signals(["types"], url: server.url)
    #expect(
      outcome.errors.hasPrefix(
        "signals-cli: GET \(server.url)/signals: untrusted server certificate: "))
    #expect(outcome.errors.contains("\n  try: --cacert FILE with the issuing CA;"))
    #expect(outcome.status == 1)
  }

  @Test func anotherAuthorityIsTheWrongFile() throws {
    let server = try server(for: "DNS:localhost")
    let other = try TestCertificates()
    let outcome = try signals(["types", "--cacert", other.authorityFile], url: server.url)
    #expect(
      outcome.errors.hasSuffix(
        "\n  try: another --cacert; the issuer is not in \(other.authorityFile)\n"))
    #expect(outcome.status == 1)
  }

  @Test func aCertificateForAnotherHostIsNotOurs() throws {
    let server = try server(for: "DNS:plant.example")
    let outcome = try signals(
      ["types", "--cacert", certificates.authorityFile], url: server.url)
    #expect(
      outcome.errors.hasPrefix(
        "signals-cli: GET \(server.url)/signals: server certificate does not match the host: "))
    #expect(outcome.errors.hasSuffix("\n  try: a host name of the certificate in --url\n"))
    #expect(outcome.status == 1)
  }

  @Test func anExpiredCertificateIsTold() throws {
    let server = try server(for: "DNS:localhost", days: -1)
    let outcome = try signals(
      ["types", "--cacert", certificates.authorityFile], url: server.url)
    #expect(outcome.errors.contains("server certificate expired or not yet valid: "))
    #expect(outcome.status == 1)
  }

  @Test func anAuthorityFileHasToBeThere() throws {
    let server = try server(for: "DNS:localhost")
    let outcome = try signals(["types", "--cacert", "/nonexistent"], url: server.url)
    #expect(outcome.errors.hasPrefix("signals-cli: cannot use --cacert /nonexistent: "))
    #expect(outcome.status == 64)
  }

  @Test func aPortWithoutTLSIsSuspected() throws {
    let plain = try HTTPServerDouble(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n") { _ in
      .closing("")
    }
    let outcome = try signals(["types"], url: "https://127.0.0.1:\(plain.port)")
    #expect(outcome.errors.contains("/signals: TLS handshake failed: "))
    #expect(outcome.errors.hasSuffix("\n  try: is this an https port? check --url\n"))
    #expect(outcome.status == 1)
  }
}
