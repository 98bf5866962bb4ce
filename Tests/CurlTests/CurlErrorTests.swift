import Curl
import Glibc
import TestSupport
import Testing

@Suite struct CurlErrorTests {
  private func failure(
    _ url: String, _ method: HTTPRequest.Method = .get, headers: HTTPHeaders = [:],
    options: SessionOptions = SessionOptions()
  ) throws -> CurlError {
    let error = #expect(throws: CurlError.self) {
      var session = try HTTPSession(options)
      _ = try session.send(HTTPRequest(method, HTTPURL(url), headers: headers))
    }
    return try #require(error)
  }

  @Test func aRefusedConnectionKeepsTheKernelsReason() throws {
    let port = try freePort()
    let error = try failure("http://127.0.0.1:\(port)/health")
    #expect(error.kind == .couldNotConnect)
    #expect(error.systemError == ECONNREFUSED)
    #expect(error.systemMessage == "Connection refused")
    #expect(error.activity == "GET http://127.0.0.1:\(port)/health")
  }

  @Test func theDescriptionNamesNoHost() throws {
    let port = try freePort()
    let error = try failure("http://127.0.0.1:\(port)/health")
    #expect(error.description == "Couldn't connect to server (curl 7)")
    #expect(
      error.debugDescription.hasPrefix("GET http://127.0.0.1:\(port)/health: Failed to connect"))
    #expect(error.debugDescription.hasSuffix("(curl 7, errno \(ECONNREFUSED))"))
  }

  @Test func anUnknownHostCannotBeResolved() throws {
    // RFC 6761: no name server knows a name that ends so.
    #expect(try failure("http://nobody.invalid/").kind == .couldNotResolve)
  }

  @Test func aServerThatHangsRunsIntoTheTimeout() throws {
    let server = try HTTPServerDouble { _ in .hanging() }
    var options = SessionOptions()
    options.timeout = .milliseconds(50)
    #expect(try failure(server.url, options: options).kind == .timedOut)
    #expect(server.requests.count == 1)
  }

  @Test func aServerThatStopsHalfwayRunsIntoTheTimeout() throws {
    let server = try HTTPServerDouble { _ in
      .hanging("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    }
    var options = SessionOptions()
    options.timeout = .milliseconds(50)
    #expect(try failure(server.url, options: options).kind == .timedOut)
  }

  @Test func aTimeoutBelowAMillisecondIsStillOne() throws {
    let server = try HTTPServerDouble { _ in .hanging() }
    var options = SessionOptions()
    options.timeout = .nanoseconds(1)
    #expect(try failure(server.url, options: options).kind == .timedOut)
  }

  @Test func aHandshakeThatHangsRunsIntoTheConnectTimeout() throws {
    // Says nothing at all, so that TLS waits for its turn.
    let server = try HTTPServerDouble { _ in .hanging() }
    var options = SessionOptions()
    options.connectTimeout = .milliseconds(50)
    #expect(try failure("https://127.0.0.1:\(server.port)/", options: options).kind == .timedOut)
  }

  @Test func halfAnAnswerIsAnError() throws {
    let server = try HTTPServerDouble { _ in
      .closing("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    }
    #expect(try failure(server.url).kind == .interrupted)
  }

  @Test func noAnswerIsAnError() throws {
    let server = try HTTPServerDouble { _ in .closing("") }
    #expect(try failure(server.url).kind == .interrupted)
  }

  @Test func anAnswerThatIsNotHTTPIsAnError() throws {
    let server = try HTTPServerDouble { _ in .closing("SSH-2.0-OpenSSH_9.2\r\n") }
    #expect(try failure(server.url).kind == .badResponse)
  }

  @Test func aBodyThatCannotBeDecodedIsAnError() throws {
    let server = try HTTPServerDouble { _ in
      .body("not gzip at all", headers: ["Content-Encoding": "gzip"])
    }
    #expect(try failure(server.url).kind == .badResponse)
  }

  @Test func aSessionOutlivesAFailure() throws {
    let server = try HTTPServerDouble { request in
      request.connection == 1 ? .closing("") : .body("good")
    }
    var session = try HTTPSession()
    let request = try HTTPRequest(.post, HTTPURL(server.url))
    #expect(throws: CurlError.self) { try session.send(request) }
    #expect(try session.send(request).body == Array("good".utf8))
  }

  @Test(arguments: ["a\r\nX-Injected: 1", "a\nb", "a\0b", "a\u{7f}"])
  func aHeaderCannotSmuggleAnother(_ value: String) throws {
    let server = try HTTPServerDouble { _ in .body("{}") }
    let error = try failure(server.url, headers: ["Authorization": value])
    #expect(error.kind == .invalidRequest)
    #expect(error.detail == "control character in the value of Authorization")
    #expect(server.connections == 0)
  }

  @Test func aMethodOrHeaderNameIsAToken() throws {
    let server = try HTTPServerDouble { _ in .body("{}") }
    #expect(try failure(server.url, .init(rawValue: "GET /x")).kind == .invalidRequest)
    #expect(try failure(server.url, .init(rawValue: "")).kind == .invalidRequest)
    #expect(try failure(server.url, headers: ["X: y": "z"]).kind == .invalidRequest)
    #expect(server.connections == 0)
  }
}
