import Foundation
import TestSupport
import Testing

/// Bodies of requests, as a web server sends them: within their bound, beyond it, and in any pieces.
@Suite struct BodyTests {
  typealias Client = FastCGIClient

  private static let large = 16 << 20

  @Test(arguments: [1, 8191, 8192, 65_535, 65_536, 1 << 20, large - 1, large])
  func aBodyWithinItsBoundComesWhole(count: Int) throws {
    let responder = try TestResponder()
    let socket = try responder.connect()
    let body = pattern(count)
    let answer = try Client.exchange(socket, "POST", "/upload/large", body: body)
    #expect(answer.body == "\(count) intact")
    #expect(try Client.exchange(socket, "GET", "/").body == "ok")
  }

  /// The web server has the answer even when it is still sending, and may go on with the connection.
  @Test(arguments: [65_537, 200_000, 1_000_000, large + 1])
  func oneBeyondItsBoundIsRefusedAndDroppedWithoutLosingTheNextRequest(count: Int) throws {
    let responder = try TestResponder()
    let socket = try responder.connect()
    let target = count > Self.large ? "/upload/large" : "/"
    let limit = count > Self.large ? Self.large : 65_536
    for _ in 0..<2 {
      let answer = try Client.exchange(socket, "POST", target, body: pattern(count))
      #expect(answer.status == 413)
      #expect(answer.body == "at most \(limit)")
    }
    #expect(try Client.exchange(socket, "GET", "/").body == "ok")
  }

  @Test func theAnswerDoesNotWaitForABodyThatIsRefused() throws {
    let responder = try TestResponder()
    let socket = try responder.connect()
    let request = Client.request("POST", "/", body: pattern(1_000_000))
    try socket.send(Array(request.prefix(8192)))
    #expect(try Client.readAnswer(socket).status == 413)
    // The rest comes, and a request behind it.
    try socket.send(Array(request.dropFirst(8192)) + Client.request("GET", "/"))
    #expect(try Client.readAnswer(socket).body == "ok")
  }

  @Test func aRefusedBodyThatDoesNotComeEndsTheConnection() throws {
    let responder = try TestResponder()
    let socket = try responder.connect()
    try socket.send(Array(Client.request("POST", "/", body: pattern(1_000_000)).prefix(8192)))
    #expect(try Client.readAnswer(socket).status == 413)
    #expect(try socket.receive().isEmpty)
  }

  @Test func recordsOfAnyLengthAndPaddingAreFollowedHoweverTheyAreSent() throws {
    let responder = try TestResponder()
    var generator = SeededGenerator(seed: 15)
    for round in 0..<40 {
      let body = pattern(Int.random(in: 1...150_000, using: &generator))
      var bytes = Client.begin()
      let length = [("CONTENT_LENGTH", "\(body.count)")]
      bytes += Client.record(4, Client.pairs(Client.parameters("POST", "/upload", length)))
      bytes += Client.record(4)
      var rest = body[...]
      let longest = round % 4 == 0 ? 30 : 65_535
      while !rest.isEmpty {
        let count = min(Int.random(in: 1...longest, using: &generator), rest.count)
        let padding = Int.random(in: 0...255, using: &generator)
        bytes += Client.record(5, Array(rest.prefix(count)), padding: padding)
        rest = rest.dropFirst(count)
      }
      bytes += Client.record(5)
      let socket = try responder.connect()
      var unsent = bytes[...]
      while !unsent.isEmpty {
        let count = min(Int.random(in: 1...20_000, using: &generator), unsent.count)
        try socket.send(Array(unsent.prefix(count)))
        unsent = unsent.dropFirst(count)
      }
      #expect(try Client.readAnswer(socket).body == "\(body.count) intact", "round \(round)")
      #expect(try Client.exchange(socket, "GET", "/").body == "ok")
    }
  }

  /// libfcgi would answer these, and four of them overflow its stack.
  @Test func aQuestionBetweenTheRecordsOfABodyEndsTheConnectionWhereverItStands() throws {
    let responder = try TestResponder()
    let question = Client.record(9, id: 0, Client.pairs([("FCGI_MPXS_CONNS", "")]))
    for before in [0, 100, 8000, 8192, 65_000, 500_000] {
      let socket = try responder.connect()
      var bytes = Client.begin()
      let parameters = Client.parameters("POST", "/upload", [("CONTENT_LENGTH", "1000000")])
      bytes += Client.record(4, Client.pairs(parameters)) + Client.record(4)
      for start in stride(from: 0, to: before, by: 4000) {
        bytes += Client.record(5, pattern(min(4000, before - start)))
      }
      for _ in 0..<4 { bytes += question }
      bytes += Client.record(5, pattern(10_000))
      try? socket.send(bytes)
      #expect(try socket.receive().isEmpty, "after \(before) bytes")
    }
    #expect(try Client.exchange(try responder.connect(), "GET", "/").body == "ok")
    #expect(responder.lines.isEmpty)
  }

  @Test func aBodyThatEndsTooEarlyOrTooLateEndsTheConnection() throws {
    let responder = try TestResponder()
    for (announced, sent) in [(500_000, 499_999), (500_000, 500_001), (10, 500_000), (500_000, 0)] {
      let socket = try responder.connect()
      var bytes = Client.begin()
      let length = [("CONTENT_LENGTH", "\(announced)")]
      bytes += Client.record(4, Client.pairs(Client.parameters("POST", "/upload", length)))
      bytes += Client.record(4)
      for start in stride(from: 0, to: sent, by: 50_000) {
        bytes += Client.record(5, pattern(min(50_000, sent - start)))
      }
      try? socket.send(bytes + Client.record(5))
      #expect(try socket.receive().isEmpty, "\(sent) of \(announced)")
    }
    #expect(try Client.exchange(try responder.connect(), "GET", "/").body == "ok")
  }

  @Test(arguments: ["-1", "x", "1x", "99999999999999999999"])
  func aLengthThatIsNoneEndsTheConnection(length: String) throws {
    let responder = try TestResponder()
    let socket = try responder.connect()
    let parameters = Client.parameters("POST", "/upload", [("CONTENT_LENGTH", length)])
    try socket.send(
      Client.begin() + Client.record(4, Client.pairs(parameters)) + Client.record(4)
        + Client.record(5, [1]) + Client.record(5))
    #expect(try socket.receive().isEmpty)
  }

  @Test func aBodyThatIsCutOffOrTricklesIsNotWaitedForForEver() throws {
    let responder = try TestResponder()
    let request = Client.request("POST", "/upload", body: pattern(100_000))
    let cut = try responder.connect()
    try cut.send(Array(request.prefix(50_000)))
    cut.shutDown()
    let slow = try responder.connect()
    try slow.send(Array(request.prefix(50_000)))
    var ended = false
    var rest = request.dropFirst(50_000)
    while !ended, let byte = rest.popFirst() {
      do { try slow.send([byte]) } catch { ended = true }
      usleep(20_000)
    }
    #expect(ended)
    #expect(try Client.exchange(try responder.connect(), "GET", "/").body == "ok")
    #expect(responder.process.isRunning)
  }

  @Test func bodiesThatAreWorkedOnLeaveRoomForOnlySoMany() throws {
    let responder = try TestResponder()
    let first = try responder.connect()
    let body = pattern(Self.large)
    try first.send(Client.request("POST", "/keep", body: body))
    #expect(responder.says("kept \(Self.large)"))
    let second = try responder.connect()
    let refused = try Client.exchange(second, "POST", "/upload/large", body: body)
    #expect(refused.status == 503)
    #expect(refused.body == "no room")
    // A smaller one still has room.
    #expect(try Client.exchange(second, "POST", "/upload", body: [1]).status == 200)
    #expect(try Client.exchange(second, "GET", "/answer").body == "ok")
    #expect(try Client.readAnswer(first).body == "\(Self.large) intact")
    // What was answered gives its room back, and so does what is cut off.
    #expect(try Client.exchange(second, "POST", "/upload/large", body: body).status == 200)
    for _ in 0..<4 {
      let cut = try responder.connect()
      try cut.send(Array(Client.request("POST", "/upload/large", body: body).prefix(100_000)))
    }
    #expect(
      try eventually {
        try Client.exchange(second, "POST", "/upload/large", body: body).status == 200
      })
  }
}
