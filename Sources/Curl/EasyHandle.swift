internal import CCurl

/// A libcurl easy handle and its error buffer. The corresponding C type is `CURL`.
struct EasyHandle: ~Copyable {
  let pointer: UnsafeMutableRawPointer
  private let message: UnsafeMutablePointer<CChar>

  init() throws(CurlError) {
    let activity = "set up libcurl"
    guard globalSetUp == CURLE_OK else { throw CurlError(globalSetUp, during: activity) }
    guard let pointer = curl_easy_init() else {
      throw CurlError(CURLE_FAILED_INIT, during: activity)
    }
    self.pointer = pointer
    message = .allocate(capacity: Int(CURL_ERROR_SIZE))
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_easy_cleanup(pointer)
    message.deallocate()
  }

  /// Resets all options to libcurl's defaults; connections and the DNS cache are kept.
  mutating func reset() throws(CurlError) {
    curl_easy_reset(pointer)
    message.pointee = 0
    try check(ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, message))
  }

  mutating func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
    try check(ccurl_set_long(pointer, option, value))
  }

  mutating func set(_ option: CURLoption, _ value: Bool) throws(CurlError) {
    try set(option, value ? 1 : 0)
  }

  /// - Parameter value: Nil resets the option; libcurl copies the string.
  mutating func set(_ option: CURLoption, _ value: String?) throws(CurlError) {
    try check(ccurl_set_string(pointer, option, value))
  }

  /// At least a millisecond, since libcurl takes 0 as "no limit".
  mutating func set(milliseconds option: CURLoption, _ value: Duration) throws(CurlError) {
    let rounded = (value / .milliseconds(1)).rounded(.up)
    try set(option, Int(min(max(rounded, 1), Double(Int32.max))))
  }

  mutating func set(_ option: CURLoption, _ value: borrowing HeaderList) throws(CurlError) {
    try check(ccurl_set_pointer(pointer, option, value.first))
  }

  mutating func set(
    _ option: CURLoption, _ receive: @escaping ccurl_receive, context: CURLoption,
    _ object: AnyObject
  ) throws(CurlError) {
    try check(ccurl_set_receive(pointer, option, receive))
    try check(
      ccurl_set_pointer(pointer, context, Unmanaged.passUnretained(object).toOpaque()))
  }

  /// libcurl copies the body, which outlives the caller's array.
  mutating func set(body: [UInt8]) throws(CurlError) {
    try check(ccurl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
    let code = body.withUnsafeBytes { bytes in
      // An empty array may have no base address, and libcurl would then read from standard input.
      guard let first = bytes.baseAddress else {
        return ccurl_set_string(pointer, CURLOPT_COPYPOSTFIELDS, "")
      }
      return ccurl_set_pointer(
        pointer, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: first))
    }
    try check(code)
  }

  mutating func set(trace: @escaping ccurl_trace, _ object: AnyObject) throws(CurlError) {
    try check(ccurl_set_trace(pointer, trace))
    try check(
      ccurl_set_pointer(pointer, CURLOPT_DEBUGDATA, Unmanaged.passUnretained(object).toOpaque()))
    try set(CURLOPT_VERBOSE, true)
  }

  func number(_ info: CURLINFO) -> Int {
    var value = 0
    return ccurl_get_long(pointer, info, &value) == CURLE_OK ? value : 0
  }

  func offset(_ info: CURLINFO) -> Int64 {
    var value: curl_off_t = 0
    return ccurl_get_offset(pointer, info, &value) == CURLE_OK ? Int64(value) : 0
  }

  /// Nil when unknown.
  func text(_ info: CURLINFO) -> String? {
    var value: UnsafeMutablePointer<CChar>?
    guard ccurl_get_string(pointer, info, &value) == CURLE_OK, let value, value.pointee != 0 else {
      return nil
    }
    return String(cString: value)
  }

  /// A field of the server's certificate, by libcurl's name: `Expire date`; nil without TLS, on a
  /// reused connection, and unless ``SessionOptions/TLS/readsCertificate``.
  func certificateField(_ name: String) -> String? {
    var chain: UnsafeMutablePointer<curl_certinfo>?
    guard ccurl_get_certificates(pointer, &chain) == CURLE_OK, let chain,
      chain.pointee.num_of_certs > 0, let first = chain.pointee.certinfo
    else { return nil }
    var entry = first.pointee
    while let line = entry {
      let text = String(cString: line.pointee.data)
      if text.hasPrefix("\(name):") { return String(text.dropFirst(name.utf8.count + 1)) }
      entry = line.pointee.next
    }
    return nil
  }

  /// A `_TIME_T` value, in microseconds.
  func duration(_ info: CURLINFO) -> Duration {
    var value: curl_off_t = 0
    return ccurl_get_offset(pointer, info, &value) == CURLE_OK ? .microseconds(value) : .zero
  }

  /// libcurl's description of the last failure beyond its code; may be empty.
  var detail: String { String(cString: message) }

  private func check(_ code: CURLcode) throws(CurlError) {
    guard code == CURLE_OK else { throw CurlError(code, during: "prepare a request") }
  }
}

/// Once per process, on first use. `curl_global_cleanup` is never called.
private let globalSetUp: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
