import Curl
import TestSupport
import Testing

@Suite struct HTTPSessionTests {
  @Test func anAnswerHasStatusHeadersAndBody() throws {
    let server = try HTTPServerDouble { _ in
      .body("[1]", status: "404 Not Found", headers: ["X-Request-Id": "r1"])
    }
    var session = try HTTPSession()
    let response = try session.send(HTTPRequest(.get, HTTPURL(server.url + "/signals?limit=3")))
    #expect(response.status == 404)
    #expect(response.body == Array("[1]".utf8))
    #expect(response.headers["x-request-ID"] == "r1")
    #expect(response.headers["content-type"] == "application/json")
    #expect(response.headers["missing"] == nil)
    #expect(server.requests.map(\.method) == ["GET"])
    #expect(server.requests.map(\.target) == ["/signals?limit=3"])
  }

  @Test func aHeaderMayComeMoreThanOnce() throws {
    let server = try HTTPServerDouble { _ in
      .closing("HTTP/1.1 204 No Content\r\nLink: a\r\nlink:\tb \r\nX-Empty:\r\n\r\n")
    }
    var session = try HTTPSession()
    let response = try session.send(HTTPRequest(.get, HTTPURL(server.url)))
    #expect(response.headers.values(of: "LINK") == ["a", "b"])
    #expect(response.headers["Link"] == "a")
    #expect(response.headers["X-Empty"] == "")
    #expect(response.headers.map(\.name) == ["Link", "link", "X-Empty"])
  }

  @Test func anInterimAnswerIsNotTheAnswer() throws {
    let server = try HTTPServerDouble { _ in
      .closing(
        """
        HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r
        HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok
        """)
    }
    var session = try HTTPSession()
    let response = try session.send(HTTPRequest(.get, HTTPURL(server.url)))
    #expect(response.status == 200)
    #expect(response.headers["Link"] == nil)
    #expect(response.body == Array("ok".utf8))
  }

  @Test func trailersAreNotHeaders() throws {
    let server = try HTTPServerDouble { _ in
      .closing(
        """
        HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r
        X-Trailer: t\r\n\r\n
        """)
    }
    var session = try HTTPSession()
    let response = try session.send(HTTPRequest(.get, HTTPURL(server.url)))
    #expect(response.body == Array("ok".utf8))
    #expect(response.headers["X-Trailer"] == nil)
  }

  @Test func aBodyIsSentWithItsMethodAndHeaders() throws {
    let server = try HTTPServerDouble { _ in .body("{}") }
    var session = try HTTPSession()
    let url = try HTTPURL(server.url)
    _ = try session.send(
      HTTPRequest(
        .patch, url.appending(["producer"]), headers: ["Content-Type": "application/json"],
        body: Array(#"{"machines":4}"#.utf8)))
    _ = try session.send(
      HTTPRequest(.post, url, headers: ["Authorization": "Bearer t", "X-Empty": ""]))
    _ = try session.send(HTTPRequest(.init(rawValue: "PURGE"), url))

    let requests = server.requests
    try #require(requests.count == 3)
    #expect(requests.map(\.method) == ["PATCH", "POST", "PURGE"])
    #expect(requests.map(\.target) == ["/producer", "/", "/"])
    #expect(requests.map(\.body) == [#"{"machines":4}"#, "", ""])
    #expect(requests[0]["Content-Type"] == "application/json")
    #expect(requests[1]["Content-Type"] == nil)
    #expect(requests[1]["Content-Length"] == "0")
    #expect(requests[1]["Authorization"] == "Bearer t")
    #expect(requests[1]["X-Empty"] == "")
    #expect(requests[2]["Content-Length"] == nil)
  }

  @Test func nothingOfARequestStaysForTheNext() throws {
    let server = try HTTPServerDouble { _ in .body("{}") }
    var session = try HTTPSession()
    let url = try HTTPURL(server.url)
    _ = try session.send(
      HTTPRequest(.post, url, headers: ["Authorization": "Bearer t"], body: [0x31]))
    _ = try session.send(HTTPRequest(.get, url))
    #expect(server.requests.last?.method == "GET")
    #expect(server.requests.last?.body == "")
    #expect(server.requests.last?["Authorization"] == nil)
  }

  @Test func aHeadRequestHasNoBodyToWaitFor() throws {
    let server = try HTTPServerDouble { _ in
      .hanging("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    }
    var session = try HTTPSession()
    let response = try session.send(HTTPRequest(.head, HTTPURL(server.url)))
    #expect(response.headers["Content-Length"] == "5")
    #expect(response.body.isEmpty)
  }

  @Test func requestsShareAConnection() throws {
    let server = try HTTPServerDouble { _ in .body("{}") }
    var session = try HTTPSession()
    let request = try HTTPRequest(.get, HTTPURL(server.url))
    var opened: [Int] = []
    for _ in 1...3 { opened.append(try session.send(request).connectionsOpened) }
    #expect(opened == [1, 0, 0])
    #expect(server.connections == 1)
  }

  @Test func aConnectionThatTheServerClosedIsReplaced() throws {
    let server = try HTTPServerDouble { request in
      request.connection == 1
        ? .closing("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1") : .body("2")
    }
    var session = try HTTPSession()
    let request = try HTTPRequest(.get, HTTPURL(server.url))
    #expect(try session.send(request).body == Array("1".utf8))
    #expect(try session.send(request).body == Array("2".utf8))
    #expect(server.connections == 2)
  }

  @Test func theEndOfASessionClosesItsConnection() throws {
    let server = try HTTPServerDouble { _ in .body("{}") }
    func ask() throws {
      var session = try HTTPSession()
      _ = try session.send(HTTPRequest(.get, HTTPURL(server.url)))
    }
    try ask()
    #expect(eventually { server.endedConnections == 1 })
  }

  @Test func aRedirectIsAnAnswerLikeAnyOther() throws {
    let server = try HTTPServerDouble { _ in
      .body("", status: "302 Found", headers: ["Location": "/elsewhere"])
    }
    var session = try HTTPSession()
    let response = try session.send(HTTPRequest(.get, HTTPURL(server.url)))
    #expect(response.status == 302)
    #expect(response.headers["Location"] == "/elsewhere")
    #expect(server.requests.count == 1)
  }

  @Test func aCompressedBodyIsDecoded() throws {
    // printf hello | gzip -9n
    let compressed: [UInt8] = [
      0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9,
      0x07, 0x00, 0x86, 0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00,
    ]
    let server = try HTTPServerDouble { _ in
      .bytes(compressed, headers: ["Content-Encoding": "gzip"])
    }
    var session = try HTTPSession()
    #expect(try session.send(HTTPRequest(.get, HTTPURL(server.url))).body == Array("hello".utf8))
    #expect(server.requests.first?["Accept-Encoding"]?.contains("gzip") == true)
  }

  @Test func timingsComeInOrder() throws {
    let server = try HTTPServerDouble { _ in .body("{}") }
    var session = try HTTPSession()
    let request = try HTTPRequest(.get, HTTPURL(server.url))
    let first = try session.send(request).timings
    #expect(.zero < first.nameLookup)
    #expect(first.nameLookup <= first.connect)
    #expect(first.tls == .zero)
    #expect(first.connect <= first.firstByte)
    #expect(first.firstByte <= first.total)
  }

  @Test func aSessionMayGoToAnotherThread() async throws {
    let server = try HTTPServerDouble { _ in .body("{}") }
    let url = try HTTPURL(server.url)
    let status = try await Task.detached {
      var session = try HTTPSession()
      return try session.send(HTTPRequest(.get, url)).status
    }.value
    #expect(status == 200)
  }
}
