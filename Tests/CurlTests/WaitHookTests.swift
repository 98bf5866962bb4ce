import Glibc
import TestSupport
import Testing

@testable import Curl

/// What a caller looks after while a request waits.
@Suite struct WaitHookTests {
  @Test func aDescriptorIsLookedAfterAtOnce() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let server = try HTTPServerDouble { [writer = ends[1]] _ in
      write(writer, "x", 1)
      return .hanging()
    }
    var session = try HTTPSession()
    var calls = 0
    // An hour: without the descriptor the test would not end.
    let waitHook = WaitHook(descriptors: [ends[0]], every: .seconds(3600)) {
      calls += 1
      return .stop
    }
    let error = #expect(throws: CurlError.self) {
      try session.send(HTTPRequest(.get, HTTPURL(server.url)), lookingAfter: waitHook)
    }
    #expect(error?.kind == .cancelled)
    #expect(calls == 1)
  }

  @Test func timePassesWithoutADescriptor() throws {
    let server = try HTTPServerDouble { _ in .hanging() }
    var session = try HTTPSession()
    var calls = 0
    let waitHook = WaitHook(every: .milliseconds(1)) {
      calls += 1
      return calls < 3 ? .proceed : .stop
    }
    #expect(throws: CurlError.self) {
      try session.send(HTTPRequest(.get, HTTPURL(server.url)), lookingAfter: waitHook)
    }
    #expect(calls == 3)
  }

  @Test func theSessionIsGoodForTheNextRequest() throws {
    let server = try HTTPServerDouble { $0.target == "/" ? .hanging() : .body("[]") }
    var session = try HTTPSession()
    let waitHook = WaitHook(every: .zero) { .stop }
    _ = try? session.send(HTTPRequest(.get, HTTPURL(server.url)), lookingAfter: waitHook)
    for _ in 0..<2 {
      #expect(try session.send(HTTPRequest(.get, HTTPURL("\(server.url)/x"))).status == 200)
    }
    #expect(server.connections == 2)
  }
}
