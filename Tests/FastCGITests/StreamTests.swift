import Foundation
import TestSupport
import Testing

/// Streamed replies, as a web server sees them.
@Suite struct StreamTests {
  typealias Client = FastCGIClient

  /// The output of the present request, and whether its end came; `first` has been received before.
  private func readOutput(_ socket: OwnedSocket, after first: [UInt8] = []) throws -> (
    bytes: [UInt8], isWhole: Bool
  ) {
    var received = first
    var output: [UInt8] = []
    while let (kind, content) = try Client.nextRecord(socket, &received) {
      if kind == 6 { output += content }
      if kind == 3 { return (output, true) }
    }
    return (output, false)
  }

  private func body(_ output: [UInt8]) -> [UInt8] {
    Data(output).range(of: Data("\r\n\r\n".utf8)).map { Array(output[$0.upperBound...]) } ?? []
  }

  @Test func theHeadOfAStreamedReplyHasNoLengthAndIsNotCached() throws {
    let responder = try TestResponder()
    let socket = try responder.connect()
    let answer = try Client.exchange(socket, "GET", "/rows?1")
    #expect(answer.status == 200)
    #expect(
      answer.headers == [
        "Status": "200 OK", "Content-Type": "application/octet-stream", "X-Accel-Expires": "0",
      ])
    #expect(answer.body == "0" + String(repeating: ".", count: 98) + "\n")
    #expect(responder.says("/rows?1 complete 1"))
  }

  @Test(arguments: [0, 1, 8000, 8050, 8083, 8084, 8085, 8184, 8185, 100_000, 1_000_000])
  func aReplyOfAnyLengthComesWholeAndTheConnectionIsKept(count: Int) throws {
    let responder = try TestResponder()
    let socket = try responder.connect()
    try socket.send(Client.request("GET", "/bytes?\(count)"))
    let reply = try readOutput(socket)
    #expect(reply.isWhole)
    #expect(body(reply.bytes) == pattern(count))
    #expect(responder.says("/bytes?\(count) complete \(count)"))
    #expect(try Client.exchange(socket, "GET", "/").body == "ok")
  }

  @Test func aSourceThatHasNothingYetIsAskedAgainWhenItCalls() throws {
    let responder = try TestResponder()
    let answer = try Client.exchange(try responder.connect(), "GET", "/rows?2500")
    let expected = (0..<2500).map { row in
      let number = "\(row)"
      return number + String(repeating: ".", count: 99 - number.count) + "\n"
    }
    #expect(answer.body == expected.joined())
  }

  @Test func headIsAnsweredWithTheHeadersAlone() throws {
    let responder = try TestResponder()
    let socket = try responder.connect()
    for target in ["/bytes?100000", "/events"] {
      let answer = try Client.exchange(socket, "HEAD", target)
      #expect(answer.status == 200)
      #expect(answer.body == "")
      #expect(responder.says("\(target) complete 0"))
    }
    #expect(try Client.exchange(socket, "GET", "/").body == "ok")
  }

  @Test(arguments: [0, 100, 1_000_000]) func aSourceThatFailsEndsTheConnectionWithoutAnEnd(
    count: Int
  ) throws {
    let responder = try TestResponder()
    let socket = try responder.connect()
    try socket.send(Client.request("GET", "/failing?\(count)"))
    let reply = try readOutput(socket)
    #expect(!reply.isWhole)
    #expect(responder.says("/failing?\(count) failed \(count)"))
    #expect(try Client.exchange(try responder.connect(), "GET", "/").body == "ok")
  }

  @Test func theSourceIsToldThatTheClientHasGone() throws {
    let responder = try TestResponder()
    do {
      let socket = try responder.connect()
      try socket.send(Client.request("GET", "/events"))
      #expect(!(try socket.receive()).isEmpty)
    }
    #expect(responder.says("/events abandoned 1"))
    do {
      let socket = try responder.connect()
      try socket.send(Client.request("GET", "/bytes?100000000"))
      #expect(!(try socket.receive()).isEmpty)
    }
    #expect(eventually { responder.lines.contains { $0.hasPrefix("/bytes?100000000 abandoned") } })
  }

  @Test func aReaderThatTakesNothingIsDroppedAndOneThatRestsBetweenEventsIsNot() throws {
    let responder = try TestResponder(streaming: 1)
    let events = try responder.connect()
    try events.send(Client.request("GET", "/events"))
    var received: [UInt8] = []
    _ = try Client.nextRecord(events, &received)
    let slow = try responder.connect()
    try slow.send(Client.request("GET", "/bytes?100000000"))
    #expect(eventually { responder.lines.contains { $0.hasPrefix("/bytes?100000000 stalled") } })
    let reply = try readOutput(slow)
    #expect(!reply.isWhole)
    // Nothing is kept for it beyond what the socket holds.
    #expect(reply.bytes.count < 200_000)
    responder.process.signal(SIGUSR1)
    let record = try #require(try Client.nextRecord(events, &received))
    #expect(String(decoding: record.content, as: UTF8.self).hasSuffix("data: 1\n\n"))
  }

  @Test func eventsComeWhenTheyAreThere() throws {
    let responder = try TestResponder()
    let sockets = try (0..<20).map { _ in try responder.connect() }
    for socket in sockets { try socket.send(Client.request("GET", "/events")) }
    var received = [[UInt8]](repeating: [], count: sockets.count)
    for number in 0..<5 {
      for (index, socket) in sockets.enumerated() {
        let record = try #require(try Client.nextRecord(socket, &received[index]))
        let text = String(decoding: record.content, as: UTF8.self)
        #expect(text.hasSuffix("data: \(number)\n\n"))
        if number == 0 { #expect(text.contains("X-Accel-Buffering: no\r\n")) }
      }
      responder.process.signal(SIGUSR1)
    }
  }

  @Test func anEndlessReplyEndsCleanlyWhenADrainBegins() throws {
    let responder = try TestResponder(draining: 60)
    let socket = try responder.connect()
    try socket.send(Client.request("GET", "/events"))
    #expect(!(try socket.receive()).isEmpty)
    responder.process.signal(SIGTERM)
    #expect(try readOutput(socket).isWhole)
    #expect(responder.process.wait().status == 0)
    #expect(responder.lines == ["/events complete 1"])
  }

  @Test func aReplyWithAnEndIsFinishedInADrain() throws {
    let responder = try TestResponder(draining: 60)
    let socket = try responder.connect()
    try socket.send(Client.request("GET", "/bytes?3000000"))
    let first = try socket.receive(1)
    responder.process.signal(SIGTERM)
    let reply = try readOutput(socket, after: first)
    #expect(reply.isWhole)
    #expect(body(reply.bytes) == pattern(3_000_000))
    #expect(responder.process.wait().status == 0)
  }

  @Test func aReplyThatDoesNotEndIsCutOffAtTheDeadlineOfADrain() throws {
    let responder = try TestResponder(draining: 1)
    let socket = try responder.connect()
    try socket.send(Client.request("GET", "/stubborn"))
    let first = try socket.receive(1)
    responder.process.signal(SIGTERM)
    let reply = try readOutput(socket, after: first)
    #expect(!reply.isWhole)
    #expect(body(reply.bytes) == pattern(1000))
    #expect(responder.process.wait().status == 0)
    #expect(responder.lines == ["/stubborn cut 1000"])
  }
}
