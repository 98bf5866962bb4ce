import Curl
import TestSupport
import Testing

@Suite struct TLSTests {
  private let certificates: TestCertificates

  init() throws { certificates = try TestCertificates() }

  private func server(
    for hosts: String = "DNS:localhost", days: Int = 2, _ more: String = ""
  ) throws -> NginxDouble {
    try NginxDouble(
      certificates.issue("server", for: hosts, days: days),
      "location / { return 200 '{}'; }\n\(more)")
  }

  private func send(_ server: NginxDouble, _ change: (inout SessionOptions.TLS) -> Void) throws
    -> HTTPResponse
  {
    var options = SessionOptions()
    change(&options.tls)
    var session = try HTTPSession(options)
    return try session.send(HTTPRequest(.get, HTTPURL(server.url)))
  }

  @Test func anAuthorityThatWeTrustIsEnough() throws {
    let response = try send(server()) { $0.authorityFile = certificates.authorityFile }
    #expect(response.status == 200)
    #expect(response.body == Array("{}".utf8))
    #expect(response.address == "127.0.0.1")
    #expect(response.timings.connect < response.timings.tls)
    #expect(response.timings.tls < response.timings.total)
  }

  @Test func anUnknownAuthorityIsUntrusted() throws {
    let server = try server()
    let error = #expect(throws: CurlError.self) { try send(server) { _ in } }
    #expect(error?.kind == .certificateUntrusted)
    #expect(error?.detail.contains("certificate") == true)
  }

  @Test func anotherAuthorityIsUntrusted() throws {
    let server = try server()
    let other = try TestCertificates()
    let error = #expect(throws: CurlError.self) {
      try send(server) { $0.authorityFile = other.authorityFile }
    }
    #expect(error?.kind == .certificateUntrusted)
  }

  @Test func aCertificateForAnotherHostIsTold() throws {
    let server = try server(for: "DNS:plant.example")
    let error = #expect(throws: CurlError.self) {
      try send(server) { $0.authorityFile = certificates.authorityFile }
    }
    #expect(error?.kind == .certificateForAnotherHost)
    #expect(error?.detail.contains("localhost") == true)
  }

  @Test func anExpiredCertificateIsTold() throws {
    let server = try server(days: -1)
    let error = #expect(throws: CurlError.self) {
      try send(server) { $0.authorityFile = certificates.authorityFile }
    }
    #expect(error?.kind == .certificateExpired)
  }

  @Test func verificationCanBeSwitchedOff() throws {
    let server = try server(for: "DNS:plant.example", days: -1)
    #expect(try send(server) { $0.verifiesServer = false }.status == 200)
  }

  @Test func aCertificateOfOurOwnIsShownWhenAsked() throws {
    let server = try server(
      for: "DNS:localhost",
      "ssl_client_certificate \(certificates.authorityFile); ssl_verify_client on;")
    let own = try certificates.issue("client", for: "DNS:client")
    let with = try send(server) {
      $0.authorityFile = certificates.authorityFile
      $0.certificateFile = own.certificate
      $0.keyFile = own.key
    }
    let without = try send(server) { $0.authorityFile = certificates.authorityFile }
    #expect(with.status == 200)
    #expect(without.status == 400)
  }

  @Test func aFileThatIsNoCertificateIsTold() throws {
    let server = try server()
    let scratch = try TemporaryDirectory()
    let wrong = try scratch.write("not PEM", to: "wrong.pem")
    for file in [wrong, scratch.file("missing.pem")] {
      let asAuthority = #expect(throws: CurlError.self) {
        try send(server) { $0.authorityFile = file }
      }
      #expect(asAuthority?.kind == .tlsFileUnusable)
      let asOwn = #expect(throws: CurlError.self) {
        try send(server) {
          $0.authorityFile = certificates.authorityFile
          $0.certificateFile = file
        }
      }
      #expect(asOwn?.kind == .tlsFileUnusable)
    }
  }

  @Test func plainHTTPWhereTLSIsSpokenIsAnError() throws {
    let plain = try HTTPServerDouble(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n") { _ in
      .closing("")
    }
    let error = #expect(throws: CurlError.self) {
      var session = try HTTPSession()
      _ = try session.send(HTTPRequest(.get, HTTPURL("https://127.0.0.1:\(plain.port)")))
    }
    #expect(error?.kind == .tls)
  }
}
