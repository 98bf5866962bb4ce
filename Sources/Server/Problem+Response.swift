public import FastCGI
internal import StrictJSON

extension Problem {
  /// The response to a rejected body.
  public init(_ refusal: BodyRefusal) {
    self =
      switch refusal {
      case .tooLarge(let limit): Problem(413, "the body must be at most \(limit) bytes")
      case .noRoom: .unavailable("no memory left for request bodies")
      }
  }

  /// The response to `request`, with its path and id.
  public func response(to request: borrowing Request) -> RenderedResponse {
    var json = JSONWriter()
    json.object {
      $0.key("type")
      $0.string("about:blank")
      $0.key("title")
      $0.string(Response.reasons[status] ?? "Error")
      $0.key("status")
      $0.integer(status)
      $0.key("detail")
      $0.string(detail)
      if let instance = Problem.instance(of: request) {
        $0.key("instance")
        $0.string(instance)
      }
      if let id = request.parameter("REQUEST_ID"), !id.isEmpty {
        $0.key("request_id")
        $0.string(id)
      }
      if let cause {
        $0.key("cause")
        $0.string(cause)
      }
      for (name, values) in members {
        $0.key(name)
        $0.array { for value in values { $0.string(value) } }
      }
    }
    return Response(
      status: status, contentType: "application/problem+json",
      headers: headers + [("Cache-Control", "no-store")], body: json.bytes
    ).rendered()
  }
}

extension Problem {
  /// The path of a request as sent, if valid in a URI (RFC 3986), as in nginx's own problem documents.
  /// Two leading slashes would turn what follows into a host.
  private static func instance(of request: borrowing Request) -> String? {
    request.withParameter("REQUEST_URI") { target in
      let path = target.prefix { $0 != UInt8(ascii: "?") }
      guard path.first == UInt8(ascii: "/"), path.dropFirst().first != UInt8(ascii: "/"),
        isPath(path)
      else { return nil }
      return String(decoding: path, as: UTF8.self)
    }
  }

  private static func isPath(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    var digits = 0
    for byte in bytes {
      let isDigit =
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF)
      if digits > 0 {
        guard isDigit else { return false }
        digits -= 1
      } else if byte == UInt8(ascii: "%") {
        digits = 2
      } else {
        let isLetter = (0x41...0x5A).contains(byte & 0xDF)
        guard isDigit || isLetter || marks.contains(byte) else { return false }
      }
    }
    return digits == 0
  }

  private static let marks = Set("-._~!$&'()*+,;=:@/".utf8)
}

extension Response {
  /// An uncacheable JSON response made from query results.
  public static func json(
    _ timing: ServerTiming, headers: [(name: String, value: String)] = [],
    _ body: (inout JSONWriter) -> Void
  ) -> RenderedResponse {
    var json = JSONWriter()
    body(&json)
    return Response(
      status: 200, contentType: "application/json",
      headers: headers + [
        ("Cache-Control", "no-store"), ("Server-Timing", timing.header(at: .now)),
      ],
      body: json.bytes
    ).rendered()
  }

  /// An uncacheable JSON response with the content of a type of the contract.
  public static func json(
    _ content: some Encodable, status: Int = 200, contentType: String = "application/json",
    headers: [(name: String, value: String)] = []
  ) -> RenderedResponse {
    // Encoding these types cannot fail.
    let json = try! JSONValue(encoding: content)
    return Response(
      status: status, contentType: contentType, headers: headers + [("Cache-Control", "no-store")],
      body: Array(json.description.utf8)
    ).rendered()
  }
}
