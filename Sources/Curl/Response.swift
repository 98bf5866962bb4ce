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
  public struct Timings: Sendable {
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
  }

  /// Status and headers.
  public let head: Head
  /// Decoded, when the server compressed it; empty when it was streamed.
  public let body: [UInt8]
  /// How long it took.
  public let timings: Timings
  /// Connections that had to be opened for it: none on a kept one.
  public let connectionsOpened: Int
  /// Whether the receiver of a stream had enough before the end.
  public let wasStopped: Bool

  /// 200, 404, …
  public var status: Int { head.status }
  /// Looked up without regard to case.
  public var headers: Headers { head.headers }
}

/// What the receiver of a stream wants next.
public enum Flow: Sendable {
  /// The next chunk.
  case proceed
  /// No more; the connection is closed, as the rest of the answer is still on its way.
  case stop
}
