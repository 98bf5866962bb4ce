import Foundation
import Synchronization
import TestSupport

/// A service behind nginx as far as these tests need one: it takes FastCGI requests on a unix socket,
/// many on one connection, and answers each with the parameters that came with it, as JSON.
///
/// A request for a path that ends in `/problem` gets a 418 of the service's own instead.
final class FastCGIDouble {
  let path: String
  private let directory: TemporaryDirectory
  private let listener: OwnedSocket
  private let traffic = Traffic()

  /// - Parameter isAnswering: Whether requests are answered, or only taken.
  init(isAnswering: Bool = true) throws {
    directory = try TemporaryDirectory()
    path = directory.file("s")
    listener = try OwnedSocket(listeningAt: path)
    Thread.detachNewThread { [listener, traffic] in
      while let connection = listener.accept() {
        traffic.connections.withLock { $0.append(connection) }
        Thread.detachNewThread { try? serve(connection, isAnswering, traffic) }
      }
    }
  }

  deinit { stop() }

  /// How many whole requests have come.
  var requestCount: Int { traffic.requests.load(ordering: .relaxed) }

  /// Is away from now on, for those who are connected as well.
  func stop() {
    listener.shutDown()
    for connection in traffic.connections.withLock({ $0 }) { connection.shutDown() }
  }
}

/// What is between the web server and the stand-in.
private final class Traffic: Sendable {
  let requests = Atomic(0)
  let connections = Mutex<[OwnedSocket]>([])
}

/// Record types of FastCGI 1.0.
private enum Record {
  static let endRequest: UInt8 = 3
  static let params: UInt8 = 4
  static let input: UInt8 = 5
  static let output: UInt8 = 6
}

private func serve(_ connection: OwnedSocket, _ isAnswering: Bool, _ traffic: Traffic) throws {
  var received: [UInt8] = []
  var params: [UInt8] = []
  while let (kind, content) = try FastCGIClient.nextRecord(connection, &received, seconds: 0) {
    switch kind {
    case Record.params: params += content
    case Record.input where content.isEmpty:
      traffic.requests.add(1, ordering: .relaxed)
      guard isAnswering else { continue }
      try connection.send(
        FastCGIClient.record(Record.output, Array(answer(to: decoded(params)).utf8))
          + FastCGIClient.record(Record.output)
          + FastCGIClient.record(Record.endRequest, [UInt8](repeating: 0, count: 8)))
      params = []
    default: break
    }
  }
}

private func answer(to params: [String: String]) -> String {
  if params["REQUEST_URI"]?.hasSuffix("/problem") == true {
    return "Status: 418 I'm a teapot\r\nContent-Type: application/problem+json\r\n"
      + "X-Request-Id: of-the-service\r\n\r\n{\"title\":\"I'm a teapot\"}"
  }
  let body = (try? JSONSerialization.data(withJSONObject: params)) ?? Data()
  return "Content-Type: application/json\r\n\r\n" + String(decoding: body, as: UTF8.self)
}

private func decoded(_ bytes: [UInt8]) -> [String: String] {
  var result: [String: String] = [:]
  var rest = bytes[...]
  func takeLength() -> Int? {
    guard let first = rest.popFirst() else { return nil }
    guard first >= 0x80 else { return Int(first) }
    let more = rest.prefix(3)
    rest = rest.dropFirst(3)
    return more.reduce(Int(first & 0x7f)) { $0 << 8 | Int($1) }
  }
  while let name = takeLength(), let value = takeLength() {
    let pair = rest.prefix(name + value)
    result[String(decoding: pair.prefix(name), as: UTF8.self)] =
      String(decoding: pair.dropFirst(name), as: UTF8.self)
    rest = rest.dropFirst(name + value)
  }
  return result
}
