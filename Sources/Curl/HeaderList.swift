internal import CCurl

/// A request's header lines for libcurl. The corresponding C type is `curl_slist`.
struct HeaderList: ~Copyable {
  private(set) var first: UnsafeMutablePointer<curl_slist>?

  init(_ headers: HTTPHeaders) throws(CurlError) {
    first = nil
    for (name, value) in headers {
      // "Name:" would remove a header that libcurl sets itself; "Name;" sends it empty.
      try append(value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
  }

  deinit { curl_slist_free_all(first) }

  /// Prevents libcurl from sending its own header of that name.
  mutating func suppress(_ name: String) throws(CurlError) { try append("\(name):") }

  private mutating func append(_ line: String) throws(CurlError) {
    guard let grown = curl_slist_append(first, line) else {
      throw CurlError(CURLE_OUT_OF_MEMORY, during: "prepare a request")
    }
    first = grown
  }
}
