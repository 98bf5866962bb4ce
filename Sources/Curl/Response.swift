/// What a server answered.
public struct Response: Sendable {
  /// What comes before the body.
  public struct Head: Sendable {
    /// 200, 404, …; never an interim 1xx.
    public let status: Int
    /// Trailers are not among them.
    public let headers: Headers
  }

  /// When each step was done, counted from the start of the request.
  ///
  /// On a kept connection the first three are zero. The corresponding C names are
  /// `CURLINFO_NAMELOOKUP_TIME_T`, `CURLINFO_CONNECT_TIME_T` and so on.
  public struct Timings: Sendable, Hashable {
    /// The host's address was known.
    public let nameLookup: Duration
    /// The TCP connection was open.
    public let connect: Duration
    /// The TLS handshake was done; zero without TLS.
    public let tls: Duration
    /// The first byte of the answer was there.
    public let firstByte: Duration
    /// All of it was there.
    public let total: Duration

    static let zero = Timings(
      nameLookup: .zero, connect: .zero, tls: .zero, firstByte: .zero, total: .zero)
  }

  /// Status and headers.
  public let head: Head
  /// Decoded, when the server compressed it; empty when it was streamed.
  public let body: [UInt8]
  /// How long it took.
  public let timings: Timings
  /// The address of whoever answered: `127.0.0.1`, `::1`; nil when libcurl does not know.
  public let address: String?
  /// Connections that had to be opened for it: none on a kept one.
  public let connectionsOpened: Int
  /// Whether the receiver of a stream had enough before the end.
  public let wasStopped: Bool
  /// `Retry-After`, written as seconds or as a date; nil when there is none that can be read.
  public let retryAfter: Duration?
  /// `Date`, the server's clock, in seconds since 1970 UTC; nil when there is none that can be read.
  public let date: Int64?
  /// When the server's certificate ends, in seconds since 1970 UTC; nil without TLS, on a kept
  /// connection, and unless ``Options/TLS/readsCertificate``.
  public let certificateExpiry: Int64?

  /// 200, 404, …
  public var status: Int { head.status }
  /// Looked up without regard to case.
  public var headers: Headers { head.headers }
}

extension Response {
  /// What was streamed, with the body that it had.
  init(_ streamed: Response, body: [UInt8]) {
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

/// What the receiver of a stream wants next.
public enum Flow: Sendable {
  /// The next chunk.
  case proceed
  /// No more; the connection is closed, as the rest of the answer is still on its way.
  case stop
}
