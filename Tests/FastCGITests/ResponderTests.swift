import EventLoop
import FastCGI
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite final class ResponderTests {
  typealias Client = FastCGIClient

  private let echo: EchoResponder

  init() throws { echo = try EchoResponder() }

  @Test func aRequestComesBackWithItsParametersAndBody() throws {
    let socket = try echo.connect()
    let answer = try Client.exchange(socket, "POST", "/x?y=z", body: Array("grüße".utf8))
    #expect(answer.status == 200)
    #expect(answer.headers["Content-Type"] == "text/plain")
    #expect(answer.body == "POST /x?y=z grüße")
    #expect(answer.headers["Content-Length"] == String(answer.body.utf8.count))
  }

  @Test func aKeptConnectionServesOneRequestAfterAnother() throws {
    let socket = try echo.connect()
    for number in 0..<200 {
      #expect(try Client.exchange(socket, "GET", "/\(number)").body == "GET /\(number) ")
    }
  }

  @Test func aConnectionThatIsNotToBeKeptIsClosedAfterItsAnswer() throws {
    let socket = try echo.connect()
    try socket.send(Client.request("GET", "/", keep: false))
    #expect(try Client.readAnswer(socket).body == "GET / ")
    #expect(try socket.receive().isEmpty)
  }

  @Test func anAnswerToHeadEndsWithItsHeader() throws {
    let answer = try Client.exchange(try echo.connect(), "HEAD", "/")
    #expect(answer.headers["Content-Length"] == "7")
    #expect(answer.body == "")
  }

  @Test func theLargestBodyComesThroughWhole() throws {
    let body = (0..<65_536).map { UInt8(97 + $0 % 26) }
    let answer = try Client.exchange(try echo.connect(), "POST", "/", body: body)
    #expect(answer.body == "POST / " + String(decoding: body, as: UTF8.self))
  }

  @Test func aRequestSentByteByByteIsAnswered() throws {
    let socket = try echo.connect()
    for byte in Client.request("GET", "/slow") { try socket.send([byte]) }
    #expect(try Client.readAnswer(socket).body == "GET /slow ")
  }

  @Test func aPeerThatClosesItsSendingSideStillGetsItsAnswer() throws {
    let socket = try echo.connect()
    try socket.send(Client.request("GET", "/half"))
    shutdown(socket.descriptor, Int32(SHUT_WR))
    #expect(try Client.readAnswer(socket).body == "GET /half ")
  }

  @Test func aLargeAnswerWaitsForASlowReaderWhileOthersAreServed() throws {
    let slow = try echo.connect()
    try slow.send(Client.request("GET", "/large"))
    let other = try echo.connect()
    for number in 0..<50 {
      #expect(try Client.exchange(other, "GET", "/\(number)").body == "GET /\(number) ")
    }
    let answer = try Client.readAnswer(slow)
    #expect(answer.body.utf8.count == EchoResponder.large)
    #expect(try Client.exchange(slow, "GET", "/after").body == "GET /after ")
  }

  @Test func questionsAboutTheConnectionAreAnswered() throws {
    let socket = try echo.connect()
    let question = Client.record(9, id: 0, Client.pairs([("FCGI_MPXS_CONNS", "")]))
    for _ in 0..<4 { try socket.send(question) }
    var answers: [UInt8] = []
    while answers.count < 4 * 32 { answers += try socket.receive() }
    #expect(answers.count == 4 * 32)
    #expect(answers[1] == 10)
    #expect(try Client.exchange(socket, "GET", "/after").body == "GET /after ")
  }

  @Test func aLateAbortIsForgotten() throws {
    let socket = try echo.connect()
    #expect(try Client.exchange(socket, "GET", "/1").status == 200)
    try socket.send(Client.record(2))
    #expect(try Client.exchange(socket, "GET", "/2").body == "GET /2 ")
  }

  @Test func aSecondRequestBehindTheFirstEndsTheConnectionInsteadOfHanging() throws {
    let socket = try echo.connect()
    try socket.send(Client.request("GET", "/1") + Client.request("GET", "/2"))
    #expect(try Client.readAnswer(socket).body == "GET /1 ")
    #expect(try socket.receive().isEmpty)
  }

  /// Each is a way to get the protocol wrong that must end this connection and no other.
  static let broken: [(String, [UInt8])] = [
    ("garbage", Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)),
    ("unknown version", [9, 1, 0, 1, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]),
    ("no beginning", Client.record(4, Client.pairs([("A", "B")]))),
    (
      "a length of two gigabytes",
      Client.begin() + Client.record(4, [0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFE])
        + Client.record(4) + Client.record(5)
    ),
    (
      "parameters cut off",
      Client.begin() + Client.record(4, [5, 5] + Array("NAME".utf8)) + Client.record(4)
        + Client.record(5)
    ),
    (
      "values asked for inside a request",
      Client.begin()
        + [UInt8](
          [[UInt8]](
            repeating: Client.record(9, id: 0, Client.pairs([("FCGI_MPXS_CONNS", "")])), count: 4
          ).joined())
    ),
    ("two requests at once", Client.begin() + Client.begin(id: 2)),
    ("an abort in the middle", Client.begin() + Client.record(2)),
    (
      "a body shorter than announced",
      Client.begin()
        + Client.record(
          4, Client.pairs(Client.parameters("POST", "/", [("CONTENT_LENGTH", "10")])))
        + Client.record(4) + Client.record(5, [1, 2, 3]) + Client.record(5)
    ),
    (
      "a body longer than announced",
      Client.begin()
        + Client.record(4, Client.pairs(Client.parameters("POST", "/", [("CONTENT_LENGTH", "1")])))
        + Client.record(4) + Client.record(5, [1, 2, 3]) + Client.record(5)
    ),
    (
      "a body that nobody announced",
      Client.begin() + Client.record(4, Client.pairs(Client.parameters("POST", "/")))
        + Client.record(4) + Client.record(5, [1, 2, 3]) + Client.record(5)
    ),
    (
      "endless questions",
      [UInt8]([[UInt8]](repeating: Client.record(77, id: 0), count: 100).joined())
    ),
  ]

  @Test(arguments: broken.map(\.0)) func aBrokenPeerLosesItsConnectionAndNobodyElses(
    name: String
  ) throws {
    let other = try echo.connect()
    #expect(try Client.exchange(other, "GET", "/before").status == 200)
    let socket = try echo.connect()
    let bytes = try #require(ResponderTests.broken.first { $0.0 == name }).1
    // The responder may have closed before all of it was sent.
    try? socket.send(bytes)
    var ended = false
    while !ended { ended = try socket.receive().isEmpty }
    #expect(try Client.exchange(other, "GET", "/after").body == "GET /after ")
  }

  @Test func silentAndHalfSentPeersDelayNobody() throws {
    let peers = try (0..<100).map { _ in try echo.connect() }
    let half = Array(Client.request("GET", "/").prefix(40))
    for peer in peers.suffix(50) { try peer.send(half) }
    let other = try echo.connect()
    for number in 0..<100 {
      #expect(try Client.exchange(other, "GET", "/\(number)").body == "GET /\(number) ")
    }
    // The silent are parked, not forgotten.
    #expect(try Client.exchange(peers[0], "GET", "/late").body == "GET /late ")
  }

  @Test func aPeerThatNeverFinishesItsRequestIsClosed() throws {
    let hasty = try EchoResponder(receiving: .milliseconds(50))
    let socket = try hasty.connect()
    try socket.send(Array(Client.request("GET", "/").prefix(40)))
    #expect(try socket.receive().isEmpty)
  }

  @Test func aPeerThatHangsUpWithinItsRequestIsNotWaitedFor() throws {
    try echo.connect().send(Array(Client.request("GET", "/").prefix(40)))
    #expect(try Client.exchange(echo.connect(), "GET", "/").status == 200)
    #expect(ContinuousClock().measure { echo.stop() } < .seconds(10))
  }

  @Test func theHandlerIsToldOfAPeerThatHangsUp() throws {
    do {
      let socket = try echo.connect()
      try socket.send(Client.request("GET", "/never"))
      #expect(eventually { echo.pending == 1 })
    }
    #expect(eventually { echo.gone == 1 })
  }

  @Test func drainingAnswersWhatWasAcceptedAndClosesTheRest() throws {
    let idle = try echo.connect()
    #expect(try Client.exchange(idle, "GET", "/").status == 200)
    let busy = try echo.connect()
    try busy.send(Client.request("GET", "/later"))
    #expect(eventually { echo.pending == 1 })
    echo.stop()
    #expect(try Client.readAnswer(busy).body == "late")
    #expect(try idle.receive().isEmpty)
  }
}

@Suite struct DrainingTests {
  typealias Client = FastCGIClient

  @Test func aRequestOfWhichOnlyAPartHasComeHoldsNothingUp() throws {
    let echo = try EchoResponder()
    let half = try echo.connect()
    try half.send(Array(Client.request("GET", "/").prefix(40)))
    let other = try echo.connect()
    #expect(try Client.exchange(other, "GET", "/").status == 200)
    echo.stop()
    #expect(try half.receive().isEmpty)
  }

  @Test func anAnswerThatNobodyReadsIsGivenUpAtTheDeadline() throws {
    let echo = try EchoResponder(draining: .milliseconds(50))
    let slow = try echo.connect()
    try slow.send(Client.request("GET", "/large"))
    #expect(!(try slow.receive(1)).isEmpty)
    // Returns, though most of the answer is unread.
    echo.stop()
  }

  @Test func whoStandsInTheBacklogIsServed() throws {
    let echo = try EchoResponder()
    let sockets = try (0..<20).map { number in
      let socket = try echo.connect()
      try socket.send(Client.request("GET", "/\(number)"))
      return socket
    }
    echo.stop()
    for (number, socket) in sockets.enumerated() {
      #expect(try Client.readAnswer(socket).body == "GET /\(number) ")
    }
  }
}
