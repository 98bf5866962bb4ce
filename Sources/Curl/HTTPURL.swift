internal import CCurl
internal import Glibc

/// An absolute `http` or `https` URL, parsed by libcurl.
///
/// What is decided about a URL (is the host this machine?) therefore holds for the connection that is
/// made. The corresponding C type is `CURLU`.
public struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
  /// `http` or `https`.
  public let scheme: String
  /// A name or an address in normal form: lower case, IPv6 in brackets, IPv4 in dotted decimal,
  /// international names in punycode (`xn--…`).
  public let host: String
  /// The explicit port or the scheme's default.
  public let port: Int
  /// Percent-encoded, with a leading slash and without the query.
  public private(set) var path: String
  /// Percent-encoded, without the question mark; nil when there is none.
  public private(set) var query: String?
  private let origin: String

  /// Parses an absolute URL. A fragment is dropped, as it is never sent.
  ///
  /// - Throws: ``CurlError`` of the kind ``CurlError/Kind/invalidURL`` or
  ///   ``CurlError/Kind/unsupportedScheme``. URLs with a user name or password are rejected: URLs are
  ///   shown, logged and visible to other users.
  public init(_ text: String) throws(CurlError) {
    let parts = try ParsedURL(text)
    guard let scheme = parts[CURLUPART_SCHEME], ["http", "https"].contains(scheme) else {
      throw CurlError(CURLE_UNSUPPORTED_PROTOCOL, .unsupportedScheme, during: "parse a URL")
    }
    guard let host = parts.host, let port = parts[CURLUPART_PORT].flatMap({ Int($0) })
    else {
      throw CurlError(
        CURLE_URL_MALFORMAT, during: "parse a URL", detail: "Not a valid host name")
    }
    guard parts[CURLUPART_USER] == nil, parts[CURLUPART_PASSWORD] == nil else {
      throw CurlError(
        CURLE_URL_MALFORMAT, during: "parse a URL",
        detail: "User names and passwords are not supported")
    }
    self.scheme = scheme
    self.host = host.lowercased()
    self.port = port
    path = parts[CURLUPART_PATH] ?? "/"
    query = parts[CURLUPART_QUERY]
    origin = try parts.origin()
  }

  /// The normalized URL; equal URLs have equal text.
  public var description: String { origin + path + (query.map { "?\($0)" } ?? "") }

  /// Host and port: `127.0.0.1:8080`.
  public var authority: String { "\(host):\(port)" }

  /// Whether the host is certainly this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
  public var isLoopback: Bool {
    if host == "localhost" { return true }
    var v4 = in_addr()
    if inet_pton(AF_INET, host, &v4) == 1 { return UInt32(bigEndian: v4.s_addr) >> 24 == 127 }
    return host == "[::1]"
  }

  /// Appends path segments.
  ///
  /// - Parameters:
  ///   - segments: Unencoded path segments; slashes in them are encoded.
  ///   - query: Unencoded names and values; replaces the URL's own query.
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

  /// Encodes everything but the unreserved characters of RFC 3986 as `%XX`.
  static func percentEncoded(_ text: String) -> String {
    guard let encoded = curl_easy_escape(nil, text, Int32(text.utf8.count)) else {
      fatalError("libcurl is out of memory")
    }
    defer { curl_free(encoded) }
    return String(cString: encoded)
  }
}

/// Owns a parsed URL.
private struct ParsedURL: ~Copyable {
  private let handle: OpaquePointer

  init(_ text: String) throws(CurlError) {
    guard !text.utf8.contains(0) else {
      throw CurlError(CURLE_URL_MALFORMAT, during: "parse a URL", detail: "Contains a NUL byte")
    }
    guard let handle = curl_url() else {
      throw CurlError(CURLE_OUT_OF_MEMORY, during: "parse a URL")
    }
    let code = curl_url_set(handle, CURLUPART_URL, text, 0)
    guard code == CURLUE_OK else {
      curl_url_cleanup(handle)
      let detail = String(cString: curl_url_strerror(code))
      throw code == CURLUE_UNSUPPORTED_SCHEME
        ? CurlError(
          CURLE_UNSUPPORTED_PROTOCOL, .unsupportedScheme, during: "parse a URL", detail: detail)
        : CurlError(CURLE_URL_MALFORMAT, during: "parse a URL", detail: detail)
    }
    self.handle = handle
  }

  deinit { curl_url_cleanup(handle) }

  subscript(part: CURLUPart) -> String? { text(part, CURLU_DEFAULT_PORT) }

  var host: String? {
    guard let host = self[CURLUPART_HOST] else { return nil }
    return host.utf8.allSatisfy { $0 < 0x80 }
      ? host : withUTF8Locale { text(CURLUPART_HOST, CURLU_PUNYCODE) }
  }

  private func text(_ part: CURLUPart, _ flags: Int32) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, UInt32(flags)) == CURLUE_OK, let text else {
      return nil
    }
    defer { curl_free(text) }
    return String(cString: text)
  }

  /// Scheme, host and explicit port; removes the rest from the handle.
  consuming func origin() throws(CurlError) -> String {
    for part in [CURLUPART_PATH, CURLUPART_QUERY, CURLUPART_FRAGMENT] {
      curl_url_set(handle, part, nil, 0)
    }
    if let host = self.host, host != self[CURLUPART_HOST] {
      curl_url_set(handle, CURLUPART_HOST, host, 0)
    }
    guard let whole = text(CURLUPART_URL, 0) else {
      throw CurlError(CURLE_URL_MALFORMAT, during: "parse a URL")
    }
    return whole.hasSuffix("/") ? String(whole.dropLast()) : whole
  }
}

/// libidn2 interprets names in the thread's locale, while Swift strings are UTF-8.
private func withUTF8Locale<R>(_ body: () -> R) -> R {
  guard let utf8 = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) else { return body() }
  let before = uselocale(utf8)
  defer {
    uselocale(before)
    freelocale(utf8)
  }
  return body()
}
