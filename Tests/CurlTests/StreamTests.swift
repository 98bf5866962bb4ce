import Curl
import TestSupport
import Testing

@Suite struct StreamTests {
  @Test func chunksComeWithTheHead() throws {
    let server = try HTTPServerDouble { _ in .body("abc", status: "418 I'm a teapot") }
    var session = try HTTPSession()
    var received: [UInt8] = []
    var statuses: Set<Int> = []
    let response = try session.send(HTTPRequest(.get, HTTPURL(server.url))) { head, chunk in
      statuses.insert(head.status)
      for index in chunk.indices { received.append(chunk[index]) }
      return .proceed
    }
    #expect(received == Array("abc".utf8))
    #expect(statuses == [418])
    #expect(response.status == 418)
    #expect(response.body.isEmpty)
    #expect(!response.wasStopped)
  }

  @Test func aChunkComesBeforeTheAnswerEnds() throws {
    let server = try HTTPServerDouble { _ in
      .hanging("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst")
    }
    var session = try HTTPSession()
    var received = ""
    // The server sends nothing more: this ends only as the chunk is handed over at once.
    let response = try session.send(HTTPRequest(.get, HTTPURL(server.url))) { _, chunk in
      received += chunk.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      return received == "first" ? .stop : .proceed
    }
    #expect(received == "first")
    #expect(response.wasStopped)
  }

  @Test func aStoppedStreamClosesTheConnection() throws {
    let server = try HTTPServerDouble { request in
      request.target == "/endless" ? .endless(chunk: "0123456789") : .body("next")
    }
    var session = try HTTPSession()
    let url = try HTTPURL(server.url)
    var count = 0
    let response = try session.send(HTTPRequest(.get, url.appending(["endless"]))) { _, chunk in
      count += chunk.count
      return count >= 1000 ? .stop : .proceed
    }
    #expect(response.wasStopped)
    #expect(count >= 1000)
    #expect(eventually { server.endedConnections == 1 })
    #expect(try session.send(HTTPRequest(.get, url)).body == Array("next".utf8))
    #expect(server.connections == 2)
  }

  @Test func aBodyUpToTheBoundIsTaken() throws {
    let server = try HTTPServerDouble { _ in .body("12345") }
    var session = try HTTPSession()
    session.options.maximumBodySize = 5
    #expect(try session.send(HTTPRequest(.get, HTTPURL(server.url))).body.count == 5)
  }

  @Test func aBodyAboveTheBoundIsAnError() throws {
    let server = try HTTPServerDouble { _ in .endless(chunk: "0123456789") }
    var session = try HTTPSession()
    session.options.maximumBodySize = 4096
    let error = #expect(throws: CurlError.self) {
      try session.send(HTTPRequest(.get, HTTPURL(server.url)))
    }
    #expect(error?.kind == .tooLarge)
    #expect(error?.detail == "Body exceeds 4096 bytes")
  }

  @Test func aHeadWithoutEndIsAnError() throws {
    let server = try HTTPServerDouble { _ in
      let line = "X-Filler: \(String(repeating: "x", count: 1000))\r\n"
      return .hanging("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 300))
    }
    var session = try HTTPSession()
    let error = #expect(throws: CurlError.self) {
      try session.send(HTTPRequest(.get, HTTPURL(server.url)))
    }
    #expect(error?.kind == .tooLarge)
  }
}
