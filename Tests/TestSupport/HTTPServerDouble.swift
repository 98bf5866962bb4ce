import Foundation
import Synchronization

/// An HTTP server on a socket of its own that answers what a test tells it to, however wrong.
///
/// Each connection has a thread, on which the test's closure runs: it may wait there.
public final class HTTPServerDouble: Sendable {
  /// A request as it came.
  public struct Request: Sendable {
    /// `GET`, …
    public let method: String
    /// Path and query, as sent.
    public let target: String
    /// In the order in which they came.
    public let headers: [(name: String, value: String)]
    /// Empty when there was none.
    public let body: String
    /// Which of the connections it came on, counted from 1.
    public let connection: Int

    /// The first header of that name, without regard to case.
    public subscript(header: String) -> String? {
      headers.first { $0.name.lowercased() == header.lowercased() }?.value
    }
  }

  /// Bytes, and what becomes of the connection after them.
  public struct Answer: Sendable {
    enum End {
      case keep
      case close
      case holdOpen
      case repeatForever
    }

    let bytes: [UInt8]
    let end: End

    /// A whole answer with a Content-Length; the connection is kept.
    public static func body(
      _ body: String, status: String = "200 OK", type: String = "application/json",
      headers: [String: String] = [:]
    ) -> Answer {
      let headers = headers.merging(["Content-Type": type]) { $1 }
      return bytes(Array(body.utf8), status: status, headers: headers)
    }

    /// A whole answer with a Content-Length; the connection is kept.
    public static func bytes(
      _ body: [UInt8], status: String = "200 OK", headers: [String: String] = [:]
    ) -> Answer {
      let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
      let head = "HTTP/1.1 \(status)\r\n\(lines)Content-Length: \(body.count)\r\n\r\n"
      return Answer(bytes: Array(head.utf8) + body, end: .keep)
    }

    /// Just these bytes, then the end of the connection.
    public static func closing(_ text: String) -> Answer {
      Answer(bytes: Array(text.utf8), end: .close)
    }

    /// Just these bytes, then silence until the client or the test has had enough.
    public static func hanging(_ text: String = "") -> Answer {
      Answer(bytes: Array(text.utf8), end: .holdOpen)
    }

    /// A chunked body that ends when the client closes the connection, and never otherwise.
    public static func endless(chunk: String, headers: String = "") -> Answer {
      let size = String(chunk.utf8.count, radix: 16)
      return Answer(
        bytes: Array(
          "HTTP/1.1 200 OK\r\n\(headers)Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(chunk)\r\n"
            .utf8), end: .repeatForever)
    }
  }

  fileprivate struct State {
    var open: [Int: OwnedSocket] = [:]
    var accepted = 0
    var ended = 0
    var requests: [Request] = []
    var isClosing = false
  }

  /// What the threads hold on to, so that the double itself can go.
  fileprivate final class Core: Sendable {
    let listener: OwnedSocket
    let greeting: [UInt8]
    let respond: @Sendable (Request) -> Answer
    let state = Mutex(State())

    init(
      _ listener: OwnedSocket, _ greeting: String,
      _ respond: @escaping @Sendable (Request) -> Answer
    ) {
      self.listener = listener
      self.greeting = Array(greeting.utf8)
      self.respond = respond
    }
  }

  private let core: Core

  /// Listens on a free port of 127.0.0.1.
  ///
  /// - Parameter greeting: Sent on each connection before anything was asked, as HTTP never does.
  public init(greeting: String = "", _ respond: @escaping @Sendable (Request) -> Answer) throws {
    let core = Core(try .listeningOnFreePort(), greeting, respond)
    self.core = core
    Thread.detachNewThread { core.acceptAll() }
  }

  deinit {
    core.listener.shutDown()
    core.state.withLock { state in
      state.isClosing = true
      for connection in state.open.values { connection.shutDown() }
    }
  }

  /// Where it listens.
  public var port: Int { core.listener.port }
  /// Without a slash at the end.
  public var url: String { "http://127.0.0.1:\(port)" }
  /// In the order in which they came.
  public var requests: [Request] { core.state.withLock { $0.requests } }
  /// Connections accepted so far.
  public var connections: Int { core.state.withLock { $0.accepted } }
  /// Connections that have ended.
  public var endedConnections: Int { core.state.withLock { $0.ended } }
}

extension HTTPServerDouble.Core {
  fileprivate func acceptAll() {
    while let connection = listener.accept() {
      let number = state.withLock { state -> Int? in
        guard !state.isClosing else { return nil }
        state.accepted += 1
        state.open[state.accepted] = connection
        return state.accepted
      }
      guard let number else { return }
      Thread.detachNewThread {
        // A client that has gone ends its connection, and nothing else.
        try? self.serve(connection, number)
        connection.shutDown()
        self.state.withLock { state in
          state.open[number] = nil
          state.ended += 1
        }
      }
    }
  }

  private func serve(_ connection: OwnedSocket, _ number: Int) throws {
    var received: [UInt8] = []
    try connection.send(greeting)
    while let request = try nextRequest(connection, number, &received) {
      state.withLock { $0.requests.append(request) }
      let answer = respond(request)
      try connection.send(answer.bytes)
      switch answer.end {
      case .keep: continue
      case .close: return
      case .holdOpen:
        while try !connection.receive(seconds: 0).isEmpty {}
        return
      case .repeatForever:
        let text = String(decoding: answer.bytes, as: UTF8.self)
        let chunk = Array((text.range(of: "\r\n\r\n").map { text[$0.upperBound...] } ?? "").utf8)
        while true { try connection.send(chunk) }
      }
    }
  }

  private func nextRequest(
    _ connection: OwnedSocket, _ number: Int, _ received: inout [UInt8]
  ) throws -> HTTPServerDouble.Request? {
    func receiveMore() throws -> Bool {
      let more = try connection.receive(seconds: 0)
      received += more
      return !more.isEmpty
    }
    let blankLine = Array("\r\n\r\n".utf8)
    var end = received.firstRange(of: blankLine)
    while end == nil {
      guard try receiveMore() else { return nil }
      end = received.firstRange(of: blankLine)
    }
    guard let end else { return nil }
    let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
    let lines = head.components(separatedBy: "\r\n")
    let first = lines[0].components(separatedBy: " ")
    let headers = lines.dropFirst().map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      return (
        name: String(line[..<colon]),
        value: line[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
      )
    }
    let length = headers.first { $0.name.lowercased() == "content-length" }?.value
    let whole = end.upperBound + (length.flatMap { Int($0) } ?? 0)
    while received.count < whole {
      guard try receiveMore() else { return nil }
    }
    let body = String(decoding: received[end.upperBound..<whole], as: UTF8.self)
    received.removeFirst(whole)
    return HTTPServerDouble.Request(
      method: first[0], target: first.count > 1 ? first[1] : "", headers: headers, body: body,
      connection: number)
  }
}
