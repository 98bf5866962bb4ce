/// An HTTP response.
public struct HTTPResponse: Sendable {
  /// The status and headers.
  public struct Head: Sendable {
    /// 200, 404, …; never an interim 1xx.
    public let status: Int
    /// Without trailers.
    public let headers: HTTPHeaders
  }

  /// When each step was completed, since the start of the request.
  ///
  /// On a reused connection the first three are zero. The corresponding C names are
  /// `CURLINFO_NAMELOOKUP_TIME_T`, `CURLINFO_CONNECT_TIME_T` and so on.
  public struct Timings: Sendable, Hashable {
    /// The host name was resolved.
    public let nameLookup: Duration
    /// The TCP connection was established.
    public let connect: Duration
    /// The TLS handshake was complete; zero without TLS.
    public let tls: Duration
    /// The first byte of the response arrived.
    public let firstByte: Duration
    /// The response was complete.
    public let total: Duration

    static let zero = Timings(
      nameLookup: .zero, connect: .zero, tls: .zero, firstByte: .zero, total: .zero)
  }

  /// Status and headers.
  public let head: Head
  /// Decompressed; empty when it was streamed.
  public let body: [UInt8]
  /// How long it took.
  public let timings: Timings
  /// The server's address: `127.0.0.1`, `::1`; nil when unknown.
  public let address: String?
  /// The number of connections opened for the request; 0 when one was reused.
  public let connectionsOpened: Int
  /// Whether the receiver stopped the stream early.
  public let wasStopped: Bool
  /// `Retry-After`, in seconds or as a date; nil when missing or invalid.
  public let retryAfter: Duration?
  /// `Date`, the server's clock, in seconds since 1970 UTC; nil when missing or invalid.
  public let date: Int64?
  /// When the server's certificate expires, in seconds since 1970 UTC; nil without TLS, on a reused
  /// connection, and unless ``SessionOptions/TLS/readsCertificate``.
  public let certificateExpiry: Int64?

  /// 200, 404, …
  public var status: Int { head.status }
  /// The headers; names are case-insensitive.
  public var headers: HTTPHeaders { head.headers }
}

extension HTTPResponse {
  /// A streamed response, completed with its body.
  init(_ streamed: HTTPResponse, body: [UInt8]) {
    head = streamed.head
    self.body = body
    timings = streamed.timings
    address = streamed.address
    connectionsOpened = streamed.connectionsOpened
    wasStopped = streamed.wasStopped
    retryAfter = streamed.retryAfter
    date = streamed.date
    certificateExpiry = streamed.certificateExpiry
  }
}

/// Whether to continue receiving.
public enum Flow: Sendable {
  /// Continue.
  case proceed
  /// Stop, and close the connection, since the rest of the response is still arriving.
  case stop
}
