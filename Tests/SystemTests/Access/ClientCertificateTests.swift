import Foundation
import TestSupport
import Testing

/// Certificates that are good no more, at the site for production with its lines about them in use.
struct ClientCertificateTests {
  /// What an administrator may have beside ours: the first server of a port decides for all of them
  /// whether sessions are resumed over TLS 1.3.
  enum Neighbour: String, CaseIterable {
    case none = ""
    case tickets = "ssl_session_cache none; ssl_session_tickets on;"
    case cache = "ssl_session_cache shared:other:1m; ssl_session_tickets off;"
    case both = "ssl_session_cache shared:other:1m; ssl_session_tickets on;"
  }

  private static let versions = ["-tls1_2", "-tls1_3"]
  let service: FastCGIDouble

  init() throws { service = try FastCGIDouble() }

  private func site(beside neighbour: Neighbour) throws -> ProductionSite {
    try ProductionSite(accessor: service.path, producer: service.path) { site in
      for line in ["ssl_client_certificate", "ssl_verify_client", "ssl_crl"] {
        precondition(site.contains("#\(line) "), "the site has no \(line)")
        site = site.replacingOccurrences(of: "#\(line) ", with: "\(line) ")
      }
      site = site.replacingOccurrences(of: "signals.example.com", with: "localhost")
      let listen = site.firstMatch(of: /listen +(\d+ ssl http2)\b/)!.1
      guard neighbour != .none else { return }
      site =
        """
        server {
          listen \(listen);
          server_name other;
          ssl_certificate tls/signals.crt;
          ssl_certificate_key tls/signals.key;
          ssl_protocols TLSv1.2 TLSv1.3;
          \(neighbour.rawValue)
        }

        """ + site
    }
  }

  /// What `openssl s_client` shows of one request.
  private func ask(_ site: ProductionSite, _ options: [String]) throws -> String {
    try ChildProcess.run(
      "openssl",
      [
        "s_client", "-connect", "127.0.0.1:\(site.tlsPort)", "-servername", "localhost",
        "-CAfile", site.certificates.authorityFile, "-ign_eof",
      ] + options,
      input: "GET /signals HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    ).output
  }

  /// Expects that a certificate gets in, and that neither it nor a session from its time does after `end`.
  private func expectThat(
    _ pair: TestCertificates.Pair, isTakenUntil end: () throws -> Void,
    at site: ProductionSite, resuming: Bool
  ) throws {
    let shown = ["-cert", pair.certificate, "-key", pair.key]
    func session(_ version: String) -> String { site.directory.file("session\(version)") }
    let isVerified = #""SSL_CLIENT_VERIFY":"SUCCESS""#
    for version in Self.versions {
      let answer = try ask(site, [version, "-sess_out", session(version)] + shown)
      #expect(answer.contains(isVerified), "\(version): \(answer)")
    }
    try end()
    #expect(
      try eventually {
        try ask(site, ["-tls1_3"] + shown).contains("HTTP/1.1 400 Bad Request")
      })
    for version in Self.versions where FileManager.default.fileExists(atPath: session(version)) {
      let answer = try ask(site, [version, "-sess_in", session(version)])
      #expect(answer.contains(#""SSL_CLIENT_VERIFY":""#), "\(version): \(answer)")
      #expect(!answer.contains(isVerified), "\(version): \(answer)")
      if !resuming { #expect(!answer.contains("Reused, "), "\(version): \(answer)") }
    }
  }

  @Test(arguments: Neighbour.allCases)
  func aCertificateThatHasEndedGetsInByNoSession(neighbour: Neighbour) throws {
    let site = try site(beside: neighbour)
    try expectThat(
      site.certificates.issue("ending", lasting: 8), isTakenUntil: {}, at: site,
      resuming: neighbour == .cache)
  }

  @Test(arguments: Neighbour.allCases)
  func aCertificateThatWasTakenBackGetsInByNoSession(neighbour: Neighbour) throws {
    let site = try site(beside: neighbour)
    let pair = try site.certificates.issue("board", for: "DNS:board")
    try expectThat(
      pair,
      isTakenUntil: {
        try site.certificates.revoke(pair)
        try site.publishRevocations()
      }, at: site, resuming: neighbour == .cache)
  }

  /// The development configuration has the same, with the authority of `scripts/up`.
  @Test(arguments: versions)
  func noSessionIsResumedInDevelopmentEither(version: String) throws {
    let nginx = try NginxServer(accessor: service.path, producer: service.path)
    let pair = try nginx.certificates.issue("board", for: "DNS:board")
    let file = nginx.directory.file("session")
    let options = [
      "s_client", "-connect", "127.0.0.1:\(nginx.tlsPort)", "-ign_eof", version, "-cert",
      pair.certificate, "-key", pair.key,
    ]
    let request = "GET /signals HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    let first = try ChildProcess.run("openssl", options + ["-sess_out", file], input: request)
    #expect(first.output.contains(#""SSL_CLIENT_VERIFY":"SUCCESS""#))
    guard FileManager.default.fileExists(atPath: file) else { return }
    let second = try ChildProcess.run("openssl", options + ["-sess_in", file], input: request)
    #expect(second.output.contains("New, ") && !second.output.contains("Reused, "))
  }
}
