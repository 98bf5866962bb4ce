internal import CCurl

/// An HTTP request.
public struct HTTPRequest: Sendable {
  /// A method name, which is case-sensitive.
  public struct Method: RawRepresentable, Hashable, Sendable {
    /// The name as sent.
    public let rawValue: String
    /// Any method, such as `PURGE`.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Retrieves a resource.
    public static let get = Method(rawValue: "GET")
    /// Retrieves the headers only.
    public static let head = Method(rawValue: "HEAD")
    /// Submits data.
    public static let post = Method(rawValue: "POST")
    /// Replaces a resource.
    public static let put = Method(rawValue: "PUT")
    /// Changes part of a resource.
    public static let patch = Method(rawValue: "PATCH")
    /// Removes a resource.
    public static let delete = Method(rawValue: "DELETE")
  }

  /// The method.
  public var method: Method
  /// The resource.
  public var url: HTTPURL
  /// Added to libcurl's own headers (`Host`, `Accept`, `Content-Length`, …), which they override.
  public var headers: HTTPHeaders
  /// Nil sends no body; for `POST`, `PUT` and `PATCH` that is the same as an empty one.
  public var body: [UInt8]?

  /// A request for ``HTTPSession/send(_:)``.
  public init(
    _ method: Method = .get, _ url: HTTPURL, headers: HTTPHeaders = [:], body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }

  /// For messages: without headers and body, which may be secret.
  var activity: String { "\(method.rawValue) \(url)" }

  /// Rejects line breaks, which could inject headers or a second request.
  func validate() throws(CurlError) {
    guard Self.isToken(method.rawValue) else { throw invalid("invalid method name") }
    for (name, value) in headers {
      guard Self.isToken(name) else { throw invalid("invalid header name") }
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
        throw invalid("control character in the value of \(name)")
      }
    }
  }

  private func invalid(_ detail: String) -> CurlError {
    CurlError(CURLE_BAD_FUNCTION_ARGUMENT, during: activity, detail: detail)
  }

  /// RFC 9110, 5.6.2.
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }
}
