import Foundation

/// A web server's side of FastCGI, byte by byte, so that a test can also get it wrong.
public enum FastCGIClient {
  /// One record; `padding` bytes follow its content.
  public static func record(
    _ kind: UInt8, id: UInt16 = 1, _ content: [UInt8] = [], padding: Int = 0
  ) -> [UInt8] {
    [
      1, kind, UInt8(id >> 8), UInt8(id & 0xFF), UInt8(content.count >> 8),
      UInt8(content.count & 0xFF), UInt8(padding), 0,
    ] + content + [UInt8](repeating: 0, count: padding)
  }

  public static func begin(id: UInt16 = 1, keep: Bool = true, role: UInt8 = 1) -> [UInt8] {
    record(1, id: id, [0, role, keep ? 1 : 0, 0, 0, 0, 0, 0])
  }

  /// Names and values as PARAMS and GET_VALUES carry them.
  public static func pairs(_ parameters: [(String, String)]) -> [UInt8] {
    func length(_ count: Int) -> [UInt8] {
      count < 128
        ? [UInt8(count)]
        : [
          UInt8(count >> 24) | 0x80, UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF),
          UInt8(count & 0xFF),
        ]
    }
    return parameters.flatMap { name, value in
      length(name.utf8.count) + length(value.utf8.count) + Array(name.utf8) + Array(value.utf8)
    }
  }

  /// What nginx sends for a request of `method` to `target`, a path with or without a query.
  public static func parameters(
    _ method: String, _ target: String, _ more: [(String, String)] = []
  ) -> [(String, String)] {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return [
      ("REQUEST_METHOD", method), ("REQUEST_URI", target), ("DOCUMENT_URI", String(parts[0])),
      ("QUERY_STRING", parts.count > 1 ? String(parts[1]) : ""),
      ("REQUEST_ID", "test-request-id"), ("SERVER_PROTOCOL", "HTTP/1.1"),
      ("REMOTE_ADDR", "127.0.0.1"),
    ] + more
  }

  /// A whole request.
  public static func request(
    _ method: String, _ target: String, _ more: [(String, String)] = [], body: [UInt8] = [],
    id: UInt16 = 1, keep: Bool = true
  ) -> [UInt8] {
    let length = body.isEmpty ? [] : [("CONTENT_LENGTH", String(body.count))]
    var bytes = begin(id: id, keep: keep)
    bytes += record(4, id: id, pairs(parameters(method, target, length + more)))
    bytes += record(4, id: id)
    var rest = body[...]
    while !rest.isEmpty {
      bytes += record(5, id: id, Array(rest.prefix(32768)))
      rest = rest.dropFirst(32768)
    }
    return bytes + record(5, id: id)
  }

  /// An answer of a responder.
  public struct Answer: Equatable, Sendable {
    public let status: Int
    public let headers: [String: String]
    public let body: String
  }

  /// Sends a whole request and reads its answer; the connection stays as the responder leaves it.
  public static func exchange(
    _ socket: OwnedSocket, _ method: String, _ target: String, _ more: [(String, String)] = [],
    body: [UInt8] = []
  ) throws -> Answer {
    try socket.send(request(method, target, more, body: body))
    return try readAnswer(socket)
  }

  /// Reads records up to END_REQUEST.
  public static func readAnswer(_ socket: OwnedSocket) throws -> Answer {
    var received: [UInt8] = []
    var output: [UInt8] = []
    while let (kind, content) = try nextRecord(socket, &received) {
      if kind == 6 { output += content }
      if kind == 3 { return try parse(output) }
    }
    throw SetupFailure("the connection ended before END_REQUEST")
  }

  /// Reads one record, of either side's; nil when the connection ended before it did.
  ///
  /// - Parameter received: What has come and was not read yet.
  public static func nextRecord(
    _ socket: OwnedSocket, _ received: inout [UInt8], seconds: Int = 20
  ) throws -> (kind: UInt8, content: [UInt8])? {
    while true {
      if received.count >= 8 {
        let count = Int(received[4]) << 8 | Int(received[5])
        let total = 8 + count + Int(received[6])
        if received.count >= total {
          defer { received.removeFirst(total) }
          return (received[1], Array(received[8..<8 + count]))
        }
      }
      let more = try socket.receive(seconds: seconds)
      guard !more.isEmpty else { return nil }
      received += more
    }
  }

  private static func parse(_ output: [UInt8]) throws -> Answer {
    let text = String(decoding: output, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { throw SetupFailure("no header: \(text)") }
    var headers: [String: String] = [:]
    for line in text[..<end.lowerBound].split(separator: "\r\n") {
      let parts = line.split(separator: ": ", maxSplits: 1)
      headers[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
    let status = headers["Status"].flatMap { Int($0.prefix(3)) } ?? 200
    return Answer(status: status, headers: headers, body: String(text[end.upperBound...]))
  }
}
