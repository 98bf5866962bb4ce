import Curl
import Testing

@Suite struct HTTPURLTests {
  @Test func aURLIsReadIntoItsParts() throws {
    let url = try HTTPURL("HTTPS://Plant.Example:8443/api/?a=1#part")
    #expect(url.scheme == "https")
    #expect(url.host == "plant.example")
    #expect(url.port == 8443)
    #expect(url.path == "/api/")
    #expect(url.query == "a=1")
  }

  @Test func theSchemeGivesThePort() throws {
    #expect(try HTTPURL("http://a").port == 80)
    #expect(try HTTPURL("https://a").port == 443)
    #expect(try HTTPURL("http://a").description == "http://a/")
  }

  @Test func segmentsAndQueriesAreEncoded() throws {
    let base = try HTTPURL("http://127.0.0.1:8080/api/?old=1")
    let url = base.appending(
      ["signals", "a/b c?"],
      query: [(name: "machine", value: "Säge & Co#1"), (name: "n", value: "")])
    #expect(
      url.description
        == "http://127.0.0.1:8080/api/signals/a%2Fb%20c%3F?machine=S%C3%A4ge%20%26%20Co%231&n=")
    #expect(try HTTPURL("http://a").appending(["x", "y"]).description == "http://a/x/y")
  }

  @Test(arguments: [
    "http://localhost", "https://LOCALHOST:1", "http://127.0.0.1:8080", "http://127.8.9.1",
    "http://[::1]:8080", "http://2130706433", "http://127.1",
  ])
  func theMachineItselfIsLoopback(_ text: String) throws {
    #expect(try HTTPURL(text).isLoopback)
  }

  @Test(arguments: [
    "http://example.org", "http://localhost.example.org", "http://128.0.0.1", "http://0.0.0.0",
    "http://127.0.0.1.example.org", "http://[::2]", "http://[::ffff:10.0.0.1]",
  ])
  func anyOtherHostIsNot(_ text: String) throws {
    #expect(try !HTTPURL(text).isLoopback)
  }

  @Test(arguments: [
    ("http://bücher.example:8080/ä", "xn--bcher-kva.example"),
    ("http://BÜCHER.example", "xn--bcher-kva.example"),
    ("http://b%C3%BCcher.example", "xn--bcher-kva.example"),
    ("https://例え.テスト", "xn--r8jz45g.xn--zckzah"),
  ])
  func aNameOfOtherLettersIsLookedUpInASCII(_ text: String, _ host: String) throws {
    let url = try HTTPURL(text)
    #expect(url.host == host)
    #expect(url.description.contains("://\(host)"))
    #expect(url.description.utf8.allSatisfy { $0 < 0x80 } || text.hasSuffix("ä"))
  }

  @Test func anAddressKeepsItsZone() throws {
    #expect(try HTTPURL("https://[fe80::1%lo]:8443").description == "https://[fe80::1%25lo]:8443/")
    #expect(try HTTPURL("https://[fe80::1%25lo]").host == "[fe80::1]")
  }

  @Test(arguments: ["", "/signals", "http://", "http://a b", "http://a:99999"])
  func whatIsNoAbsoluteURLIsInvalid(_ text: String) {
    let error = #expect(throws: CurlError.self) { try HTTPURL(text) }
    #expect(error?.kind == .invalidURL)
  }

  @Test(arguments: ["ftp://a", "file:///etc/passwd", "localhost:8080", "tel://1"])
  func otherSchemesAreNotSpoken(_ text: String) {
    let error = #expect(throws: CurlError.self) { try HTTPURL(text) }
    #expect(error?.kind == .unsupportedScheme)
  }

  @Test func aPasswordHasNoPlaceInAURL() {
    let error = #expect(throws: CurlError.self) { try HTTPURL("http://user:secret@a/") }
    #expect(error?.kind == .invalidURL)
    #expect(error?.debugDescription.contains("secret") == false)
    #expect(throws: CurlError.self) { try HTTPURL("http://user@a/") }
  }

  @Test func aNULByteDoesNotShortenAURL() {
    #expect(throws: CurlError.self) { try HTTPURL("http://a\0.example.org") }
  }
}
