/// The head of a streamed response, whose length is unknown.
public struct ResponseHead: Sendable {
  public var status: Int
  public var contentType: String
  /// Additional headers; the others are derived.
  public var headers: [(name: String, value: String)]

  public init(
    status: Int = 200, contentType: String, headers: [(name: String, value: String)] = []
  ) {
    self.status = status
    self.contentType = contentType
    self.headers = headers
  }

  /// The bytes for the web server, which must not cache a streamed response, nor buffer an endless one.
  func rendered(isEndless: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    ResponseHead.begin(&bytes, status, contentType)
    bytes.append(contentsOf: "X-Accel-Expires: 0\r\n".utf8)
    if isEndless { bytes.append(contentsOf: "X-Accel-Buffering: no\r\n".utf8) }
    ResponseHead.finish(&bytes, headers)
    return bytes
  }

  static func begin(_ bytes: inout [UInt8], _ status: Int, _ contentType: String) {
    let reason = Response.reasons[status] ?? ""
    bytes.append(
      contentsOf: "Status: \(status) \(reason)\r\nContent-Type: \(contentType)\r\n".utf8)
  }

  static func finish(_ bytes: inout [UInt8], _ headers: [(name: String, value: String)]) {
    for (name, value) in headers {
      precondition(
        !value.utf8.contains { $0 == 0x0A || $0 == 0x0D }, "a header value must be a single line")
      bytes.append(contentsOf: "\(name): \(value)\r\n".utf8)
    }
    bytes.append(contentsOf: "\r\n".utf8)
  }
}
