internal import CCurl

/// Sends requests one at a time over reused connections.
///
/// ```swift
/// var session = try Session()
/// session.options.timeout = .seconds(10)
/// let response = try session.send(Request(.get, HTTPURL("https://example.org/")))
/// ```
///
/// Calls block until the response is complete. The corresponding C type is `CURL`, an easy handle:
/// https://curl.se/libcurl/c/libcurl-easy.html
///
/// Sendable, since libcurl allows any thread to use a handle as long as only one does at a time: the
/// session cannot be copied, and sending mutates it.
public struct HTTPSession: ~Copyable, @unchecked Sendable {
  /// Options for subsequent requests.
  public var options: SessionOptions
  private var easy: EasyHandle
  private var connections: MultiHandle

  /// Creates a session without connecting.
  ///
  /// - Throws: ``CurlError`` when libcurl cannot be initialized.
  public init(_ options: SessionOptions = SessionOptions()) throws(CurlError) {
    let easy = try EasyHandle()
    connections = try MultiHandle()
    self.easy = easy
    self.options = options
  }

  /// Sends a request and waits for the complete response. Redirects are not followed.
  ///
  /// A response of any status is a success.
  /// - Parameter attention: Work to do while waiting.
  /// - Throws: ``CurlError`` when there is no complete response. The session stays usable.
  public mutating func send(
    _ request: HTTPRequest, lookingAfter waitHook: WaitHook? = nil
  ) throws(CurlError) -> HTTPResponse {
    var body: [UInt8] = []
    let streamed = try send(request, lookingAfter: waitHook) { _, chunk in
      chunk.withUnsafeBufferPointer { body.append(contentsOf: $0) }
      return .proceed
    }
    return HTTPResponse(streamed, body: body)
  }

  /// Sends a request and streams the response body.
  ///
  /// - Parameters:
  ///   - attention: Work to do while waiting.
  ///   - receive: Called with the head and each decoded chunk; not called without a body.
  /// - Returns: The response without its body, at the end or where `receive` stopped.
  /// - Throws: ``CurlError`` as ``send(_:)`` does; chunks may have been received before.
  public mutating func send(
    _ request: HTTPRequest, lookingAfter waitHook: WaitHook? = nil,
    receive: (HTTPResponse.Head, Span<UInt8>) -> Flow
  ) throws(CurlError) -> HTTPResponse {
    try request.validate()
    let collector = ResponseCollector(maximumBodySize: options.maximumBodySize)
    var headers = try HeaderList(request.headers)
    try easy.reset()
    try options.apply(to: &easy)
    try apply(request, &headers)
    try easy.set(CURLOPT_HTTPHEADER, headers)
    try easy.set(CURLOPT_HEADERFUNCTION, takeHeader, context: CURLOPT_HEADERDATA, collector)
    try easy.set(CURLOPT_WRITEFUNCTION, takeBody, context: CURLOPT_WRITEDATA, collector)
    let tracing = options.trace.map { TraceLineBuffer($0) }
    if let tracing { try easy.set(trace: takeTrace, tracing) }
    // The callbacks only run during this call.
    let code = withoutActuallyEscaping(receive) { receive in
      collector.receive = receive
      defer { collector.receive = nil }
      return withExtendedLifetime(tracing) { connections.perform(easy, waitHook) }
    }
    guard code == CURLE_OK || collector.stopReason == .stopped else {
      throw failure(code, collector.stopReason, request)
    }
    return HTTPResponse(
      head: collector.head, body: [], timings: timings,
      address: easy.text(CURLINFO_PRIMARY_IP),
      connectionsOpened: easy.number(CURLINFO_NUM_CONNECTS),
      wasStopped: collector.stopReason == .stopped, retryAfter: retryAfter(collector.head),
      date: collector.head.headers["Date"].flatMap { secondsSince1970($0) },
      certificateExpiry: easy.certificateField("Expire date").flatMap { secondsSince1970($0) })
  }

  private mutating func apply(_ request: HTTPRequest, _ headers: inout HeaderList) throws(CurlError)
  {
    try easy.set(CURLOPT_URL, request.url.description)
    // The URL is already normalized; libcurl would resolve dot segments that are meant literally.
    try easy.set(CURLOPT_PATH_AS_IS, true)
    let mayHaveBody = [.post, .put, .patch].contains(request.method)
    if let body = request.body ?? (mayHaveBody ? [] : nil) {
      try easy.set(CURLOPT_POST, true)
      try easy.set(body: body)
      if request.headers["Content-Type"] == nil { try headers.suppress("Content-Type") }
    } else if request.method == .head {
      try easy.set(CURLOPT_NOBODY, true)
    }
    // When a reused connection turns out to be dead, libcurl would resend the request although the
    // server may have processed it.
    if ![.get, .head, .put, .delete].contains(request.method) {
      try easy.set(CURLOPT_FRESH_CONNECT, true)
    }
    try easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
  }

  /// libcurl parses both forms, and returns 0 for anything else.
  private func retryAfter(_ head: HTTPResponse.Head) -> Duration? {
    let seconds = easy.offset(CURLINFO_RETRY_AFTER)
    guard seconds > 0 || head.headers["Retry-After"] == "0" else { return nil }
    return .seconds(seconds)
  }

  private var timings: HTTPResponse.Timings {
    HTTPResponse.Timings(
      nameLookup: easy.duration(CURLINFO_NAMELOOKUP_TIME_T),
      connect: easy.duration(CURLINFO_CONNECT_TIME_T),
      tls: easy.duration(CURLINFO_APPCONNECT_TIME_T),
      firstByte: easy.duration(CURLINFO_STARTTRANSFER_TIME_T),
      total: easy.duration(CURLINFO_TOTAL_TIME_T))
  }

  private func failure(
    _ code: CURLcode, _ stopReason: ResponseCollector.StopReason?, _ request: HTTPRequest
  )
    -> CurlError
  {
    let detail =
      switch stopReason {
      case .bodyTooLarge: "Body exceeds \(options.maximumBodySize) bytes"
      case .headTooLarge: "Headers exceed \(ResponseCollector.maximumHeadSize) bytes"
      case .stopped, nil: easy.detail
      }
    return CurlError(
      stopReason == nil ? code : CURLE_FILESIZE_EXCEEDED, during: request.activity, detail: detail,
      systemError: Int32(truncatingIfNeeded: easy.number(CURLINFO_OS_ERRNO)),
      verification: easy.number(CURLINFO_SSL_VERIFYRESULT),
      proxyStatus: easy.number(CURLINFO_HTTP_CONNECTCODE),
      address: easy.text(CURLINFO_PRIMARY_IP), timings: timings)
  }
}

/// An HTTP or certificate date; nil when invalid.
private func secondsSince1970(_ date: String) -> Int64? {
  let time = curl_getdate(date, nil)
  return time == -1 ? nil : Int64(time)
}

private let takeTrace: ccurl_trace = { _, kind, bytes, count, context in
  guard let bytes, let context else { return 0 }
  let tracing = Unmanaged<TraceLineBuffer>.fromOpaque(context).takeUnretainedValue()
  let raw = UnsafeRawBufferPointer(start: bytes, count: count)
  switch kind {
  case CURLINFO_HEADER_OUT: tracing.take(raw) { .sent($0) }
  case CURLINFO_HEADER_IN: tracing.take(raw) { .received($0) }
  default: break
  }
  return 0
}

private let takeHeader: ccurl_receive = { bytes, size, count, context in
  take(bytes, size * count, context) { $0.header($1) }
}

private let takeBody: ccurl_receive = { bytes, size, count, context in
  take(bytes, size * count, context) { $0.body($1) }
}

/// The number of bytes taken: all, or none to make libcurl stop.
private func take(
  _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
  by method: (ResponseCollector, Span<UInt8>) -> Bool
) -> Int {
  guard count > 0, let bytes, let context else { return 0 }
  let collector = Unmanaged<ResponseCollector>.fromOpaque(context).takeUnretainedValue()
  let raw = UnsafeRawBufferPointer(start: bytes, count: count)
  return raw.withMemoryRebound(to: UInt8.self) { method(collector, $0.span) } ? count : 0
}
