internal import CCurl
internal import Glibc

/// An absolute `http` or `https` URL, as libcurl itself reads it.
///
/// What is decided about a URL here (is this host the machine itself?) therefore holds for the
/// connection that is made. The corresponding C type is `CURLU`.
public struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
  /// `http` or `https`.
  public let scheme: String
  /// A name or an address, an IPv6 one in brackets; lower case, IPv4 in four decimal parts, a name of other
  /// letters than ASCII's in the form that is looked up (`xn--…`).
  public let host: String
  /// The explicit port or the scheme's own.
  public let port: Int
  /// Begins with a slash; percent-encoded, without the query.
  public private(set) var path: String
  /// Percent-encoded, without the question mark; nil when there is none.
  public private(set) var query: String?
  private let origin: String

  /// Reads an absolute URL; a fragment is dropped, as it is never sent.
  ///
  /// - Throws: ``CurlError`` of the kind ``CurlError/Kind/invalidURL`` or
  ///   ``CurlError/Kind/unsupportedScheme``. A user name or a password is invalid too: a URL is
  ///   shown, logged and seen by other users.
  public init(_ text: String) throws(CurlError) {
    let parts = try Parts(text)
    guard let scheme = parts[CURLUPART_SCHEME], ["http", "https"].contains(scheme) else {
      throw CurlError(CURLE_UNSUPPORTED_PROTOCOL, .unsupportedScheme, during: "read a URL")
    }
    guard let host = parts.host, let port = parts[CURLUPART_PORT].flatMap({ Int($0) })
    else {
      throw CurlError(
        CURLE_URL_MALFORMAT, during: "read a URL", detail: "No host that can be looked up")
    }
    guard parts[CURLUPART_USER] == nil, parts[CURLUPART_PASSWORD] == nil else {
      throw CurlError(
        CURLE_URL_MALFORMAT, during: "read a URL", detail: "A user name or password is not taken")
    }
    self.scheme = scheme
    self.host = host.lowercased()
    self.port = port
    path = parts[CURLUPART_PATH] ?? "/"
    query = parts[CURLUPART_QUERY]
    origin = try parts.origin()
  }

  /// What is sent and shown; equal URLs have equal text.
  public var description: String { origin + path + (query.map { "?\($0)" } ?? "") }

  /// Host and port: `127.0.0.1:8080`.
  public var authority: String { "\(host):\(port)" }

  /// Whether the host can only be this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
  public var isLoopback: Bool {
    if host == "localhost" { return true }
    var v4 = in_addr()
    if inet_pton(AF_INET, host, &v4) == 1 { return UInt32(bigEndian: v4.s_addr) >> 24 == 127 }
    return host == "[::1]"
  }

  /// The URL of something below this one.
  ///
  /// - Parameters:
  ///   - segments: Parts of the path, not yet encoded: a slash in one of them does not divide it.
  ///   - query: Names and values, not yet encoded; replaces this URL's own.
  public func appending(_ segments: [String], query: [(name: String, value: String)] = [])
    -> HTTPURL
  {
    var url = self
    for segment in segments {
      url.path += url.path.hasSuffix("/") ? "" : "/"
      url.path += Self.percentEncoded(segment)
    }
    url.query =
      query.isEmpty
      ? nil
      : query.map { "\(Self.percentEncoded($0.name))=\(Self.percentEncoded($0.value))" }
        .joined(separator: "&")
    return url
  }

  /// Everything but the unreserved characters of RFC 3986 as `%XX`.
  static func percentEncoded(_ text: String) -> String {
    text.utf8.reduce(into: "") { encoded, byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        encoded += byte < 0x10 ? "%0" : "%"
        encoded += String(byte, radix: 16, uppercase: true)
      }
    }
  }
}

/// Owner of a parsed URL.
private struct Parts: ~Copyable {
  private let handle: OpaquePointer

  init(_ text: String) throws(CurlError) {
    guard !text.utf8.contains(0) else {
      throw CurlError(CURLE_URL_MALFORMAT, during: "read a URL", detail: "A NUL byte")
    }
    guard let handle = curl_url() else {
      throw CurlError(CURLE_OUT_OF_MEMORY, during: "read a URL")
    }
    let code = curl_url_set(handle, CURLUPART_URL, text, 0)
    guard code == CURLUE_OK else {
      curl_url_cleanup(handle)
      let detail = String(cString: curl_url_strerror(code))
      throw code == CURLUE_UNSUPPORTED_SCHEME
        ? CurlError(
          CURLE_UNSUPPORTED_PROTOCOL, .unsupportedScheme, during: "read a URL", detail: detail)
        : CurlError(CURLE_URL_MALFORMAT, during: "read a URL", detail: detail)
    }
    self.handle = handle
  }

  deinit { curl_url_cleanup(handle) }

  subscript(part: CURLUPart) -> String? { text(part, CURLU_DEFAULT_PORT) }

  var host: String? {
    guard let host = self[CURLUPART_HOST] else { return nil }
    return host.utf8.allSatisfy { $0 < 0x80 }
      ? host : inUTF8 { text(CURLUPART_HOST, CURLU_PUNYCODE) }
  }

  private func text(_ part: CURLUPart, _ flags: Int32) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, UInt32(flags)) == CURLUE_OK, let text else {
      return nil
    }
    defer { curl_free(text) }
    return String(cString: text)
  }

  /// Scheme, host and, when one was written, port; takes the rest away from the handle.
  consuming func origin() throws(CurlError) -> String {
    for part in [CURLUPART_PATH, CURLUPART_QUERY, CURLUPART_FRAGMENT] {
      curl_url_set(handle, part, nil, 0)
    }
    if let host = self.host, host != self[CURLUPART_HOST] {
      curl_url_set(handle, CURLUPART_HOST, host, 0)
    }
    guard let whole = text(CURLUPART_URL, 0) else {
      throw CurlError(CURLE_URL_MALFORMAT, during: "read a URL")
    }
    return whole.hasSuffix("/") ? String(whole.dropLast()) : whole
  }
}

/// libidn2 takes a name for text of the thread's locale, and a Swift string is UTF-8 in every one.
private func inUTF8<R>(_ body: () -> R) -> R {
  guard let utf8 = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) else { return body() }
  let before = uselocale(utf8)
  defer {
    uselocale(before)
    freelocale(utf8)
  }
  return body()
}
