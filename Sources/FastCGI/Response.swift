/// A response before it is encoded.
public struct Response: Sendable {
  public var status: Int
  public var contentType: String
  /// Additional headers; `Content-Type` and `Content-Length` are derived.
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]

  public init(
    status: Int, contentType: String, headers: [(name: String, value: String)] = [], body: [UInt8]
  ) {
    self.status = status
    self.contentType = contentType
    self.headers = headers
    self.body = body
  }

  /// The bytes for the web server.
  public func rendered() -> RenderedResponse {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(body.count + 256)
    ResponseHead.begin(&bytes, status, contentType)
    bytes.append(contentsOf: "Content-Length: \(body.count)\r\n".utf8)
    ResponseHead.finish(&bytes, headers)
    let headerLength = bytes.count
    bytes.append(contentsOf: body)
    return RenderedResponse(status: status, bytes: bytes, headerLength: headerLength)
  }
}

extension Response {
  /// The reason phrases of RFC 9110 for the statuses in use.
  public static let reasons = [
    200: "OK", 201: "Created", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 413: "Content Too Large",
    415: "Unsupported Media Type", 500: "Internal Server Error", 503: "Service Unavailable",
  ]
}

/// An encoded response, which may be sent to several requests.
public struct RenderedResponse: Sendable {
  public let status: Int
  public let bytes: [UInt8]
  /// Where the body begins; a response to HEAD ends here.
  public let headerLength: Int

  static let none = RenderedResponse(status: 0, bytes: [], headerLength: 0)

  init(status: Int, bytes: [UInt8], headerLength: Int) {
    self.status = status
    self.bytes = bytes
    self.headerLength = headerLength
  }
}
