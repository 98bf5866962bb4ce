internal import CCurl

/// How a session connects and what it puts up with.
public struct Options: Sendable {
  /// How servers are trusted, and who we are to them. It has no effect on `http`.
  public struct TLS: Sendable {
    /// PEM file of the authorities to trust, and no others; nil trusts the system's.
    public var authorityFile: String?
    /// PEM file of the certificate that we show when asked.
    public var certificateFile: String?
    /// PEM file of that certificate's private key; nil when it is in the same file.
    public var keyFile: String?
    /// Without it anybody can be the server: for tests and diagnosis alone.
    public var verifiesServer = true
    /// Whether ``Response/certificateExpiry`` is found out.
    public var readsCertificate = false

    /// The system's authorities, no certificate of our own.
    public init() {}
  }

  /// Until the connection is open, TLS included; nil leaves libcurl's five minutes.
  public var connectTimeout: Duration?
  /// For a request from the start to the last byte; nil waits for ever.
  public var timeout: Duration?
  /// In bytes, after decompression; a larger body is an error, not cut off.
  public var maximumBodySize = 64 << 20
  /// Trust and identity.
  public var tls = TLS()
  /// What requests go through; nil goes straight to the server, whatever the environment says.
  public var proxy: Proxy?
  /// Whether the end of a session leaves a name lookup that has not ended by then to the end of the
  /// process. Otherwise it waits, and a name server that is silent holds it beyond every time-out.
  public var abandonsNameLookups = false
  /// Is told each line of the heads as they are sent and received, secrets included.
  public var trace: (@Sendable (Trace) -> Void)?

  /// No time-outs, no proxy, the system's authorities, bodies up to 64 MiB.
  public init() {}

  func apply(to easy: inout EasyHandle) throws(CurlError) {
    try easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
    // Time-outs of the name lookup by SIGALRM would hit a thread of the caller's.
    try easy.set(CURLOPT_NOSIGNAL, true)
    // Empty: every encoding that libcurl can decode.
    try easy.set(CURLOPT_ACCEPT_ENCODING, "")
    try easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
    if let timeout { try easy.set(milliseconds: CURLOPT_TIMEOUT_MS, timeout) }
    if let connectTimeout {
      try easy.set(milliseconds: CURLOPT_CONNECTTIMEOUT_MS, connectTimeout)
    }
    try easy.set(CURLOPT_PROXY, proxy?.url ?? "")
    // The exceptions have been looked at.
    try easy.set(CURLOPT_NOPROXY, "")
    if abandonsNameLookups { try easy.set(CURLOPT_QUICK_EXIT, true) }
    try tls.apply(to: &easy)
  }
}

extension Options.TLS {
  fileprivate func apply(to easy: inout EasyHandle) throws(CurlError) {
    if readsCertificate { try easy.set(CURLOPT_CERTINFO, true) }
    try easy.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if let authorityFile {
      try easy.set(CURLOPT_CAINFO, authorityFile)
      // Otherwise the system's directory of authorities would be trusted as well.
      try easy.set(CURLOPT_CAPATH, String?.none)
    }
    if let certificateFile {
      try easy.set(CURLOPT_SSLCERT, certificateFile)
      try easy.set(CURLOPT_SSLKEY, keyFile ?? certificateFile)
    }
    if !verifiesServer {
      try easy.set(CURLOPT_SSL_VERIFYPEER, false)
      try easy.set(CURLOPT_SSL_VERIFYHOST, 0)
    }
  }
}
