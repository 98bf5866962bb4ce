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
    var open: Set<Int32> = []
    var accepted = 0
    var ended = 0
    var requests: [Request] = []
    var isClosing = false
  }

  /// What the threads hold on to, so that the double itself can go.
  fileprivate final class Core: Sendable {
    let listener: Int32
    let greeting: [UInt8]
    let respond: @Sendable (Request) -> Answer
    let state = Mutex(State())

    init(_ listener: Int32, _ greeting: String, _ respond: @escaping @Sendable (Request) -> Answer)
    {
      self.listener = listener
      self.greeting = Array(greeting.utf8)
      self.respond = respond
    }

    deinit { close(listener) }
  }

  /// Where it listens.
  public let port: Int
  private let core: Core

  /// Listens on a free port of 127.0.0.1.
  ///
  /// - Parameter greeting: Sent on each connection before anything was asked, as HTTP never does.
  public init(greeting: String = "", _ respond: @escaping @Sendable (Request) -> Answer) throws {
    let (listener, port) = try listenOnFreePort()
    self.port = port
    let core = Core(listener, greeting, respond)
    self.core = core
    Thread.detachNewThread { core.acceptAll() }
  }

  deinit {
    shutdown(core.listener, Int32(SHUT_RDWR))
    core.state.withLock { state in
      state.isClosing = true
      for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) }
    }
  }

  /// Without a slash at the end.
  public var url: String { "http://127.0.0.1:\(port)" }
  /// In the order in which they came.
  public var requests: [Request] { core.state.withLock { $0.requests } }
  /// Connections accepted so far.
  public var connections: Int { core.state.withLock { $0.accepted } }
  /// Connections that have ended.
  public var endedConnections: Int { core.state.withLock { $0.ended } }

  /// A port of 127.0.0.1 on which nobody listens, as long as the system gives it to nobody else.
  public static func closedPort() throws -> Int {
    let (listener, port) = try listenOnFreePort()
    close(listener)
    return port
  }
}

extension HTTPServerDouble.Core {
  fileprivate func acceptAll() {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { return }
      let number = state.withLock { state -> Int? in
        guard !state.isClosing else { return nil }
        state.open.insert(connection)
        state.accepted += 1
        return state.accepted
      }
      guard let number else {
        close(connection)
        return
      }
      Thread.detachNewThread {
        self.serve(connection, number)
        self.state.withLock { state in
          state.open.remove(connection)
          state.ended += 1
          close(connection)
        }
      }
    }
  }

  private func serve(_ connection: Int32, _ number: Int) {
    var received: [UInt8] = []
    guard sendAll(greeting, to: connection) else { return }
    while let request = nextRequest(connection, number, &received) {
      state.withLock { $0.requests.append(request) }
      let answer = respond(request)
      guard sendAll(answer.bytes, to: connection) else { return }
      switch answer.end {
      case .keep: continue
      case .close: return
      case .holdOpen:
        while readSome(connection, &received) {}
        return
      case .repeatForever:
        let text = String(decoding: answer.bytes, as: UTF8.self)
        let chunk = Array((text.range(of: "\r\n\r\n").map { text[$0.upperBound...] } ?? "").utf8)
        while sendAll(chunk, to: connection) {}
        return
      }
    }
  }

  private func nextRequest(_ connection: Int32, _ number: Int, _ received: inout [UInt8])
    -> HTTPServerDouble.Request?
  {
    let blankLine = Array("\r\n\r\n".utf8)
    var end = received.firstRange(of: blankLine)
    while end == nil {
      guard readSome(connection, &received) else { return nil }
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
      guard readSome(connection, &received) else { return nil }
    }
    let body = String(decoding: received[end.upperBound..<whole], as: UTF8.self)
    received.removeFirst(whole)
    return HTTPServerDouble.Request(
      method: first[0], target: first.count > 1 ? first[1] : "", headers: headers, body: body,
      connection: number)
  }

  private func readSome(_ connection: Int32, _ received: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(connection, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    received += buffer[..<count]
    return true
  }

  private func sendAll(_ bytes: [UInt8], to connection: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

private func listenOnFreePort() throws -> (socket: Int32, port: Int) {
  let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isListening = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(listener, $0, size) == 0 && listen(listener, 64) == 0
        && getsockname(listener, $0, &size) == 0
    }
  }
  guard isListening else {
    let reason = errno
    close(listener)
    throw POSIXError(.init(rawValue: reason) ?? .EIO)
  }
  return (listener, Int(UInt16(bigEndian: address.sin_port)))
}
