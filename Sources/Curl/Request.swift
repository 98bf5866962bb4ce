internal import CCurl

/// What is asked of a server.
public struct Request: Sendable {
  /// A method's name; methods are case-sensitive.
  public struct Method: RawRepresentable, Hashable, Sendable {
    /// The name as it is sent.
    public let rawValue: String
    /// Any method, `PURGE` say.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Asks for a representation.
    public static let get = Method(rawValue: "GET")
    /// Asks for the head alone.
    public static let head = Method(rawValue: "HEAD")
    /// Hands something over.
    public static let post = Method(rawValue: "POST")
    /// Replaces.
    public static let put = Method(rawValue: "PUT")
    /// Changes a part.
    public static let patch = Method(rawValue: "PATCH")
    /// Removes.
    public static let delete = Method(rawValue: "DELETE")
  }

  /// What is to be done with the resource.
  public var method: Method
  /// The resource.
  public var url: HTTPURL
  /// Beyond those that libcurl sets (`Host`, `Accept`, `Content-Length`, …); these win.
  public var headers: Headers
  /// nil sends none; for `POST`, `PUT` and `PATCH` that is the same as an empty one.
  public var body: [UInt8]?

  /// A request that is sent with ``Session/send(_:)``.
  public init(
    _ method: Method = .get, _ url: HTTPURL, headers: Headers = [:], body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }

  /// For messages: headers and body may be secret and stay out of it.
  var activity: String { "\(method.rawValue) \(url)" }

  /// Keeps a line end in a value from becoming a header, or a request, of its own.
  func validate() throws(CurlError) {
    guard Self.isToken(method.rawValue) else { throw invalid("the method is not a token") }
    for (name, value) in headers {
      guard Self.isToken(name) else { throw invalid("a header's name is not a token") }
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
        throw invalid("the value of the header \(name) holds a control character")
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
