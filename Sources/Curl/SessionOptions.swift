internal import CCurl

/// How a session connects, and its limits.
public struct SessionOptions: Sendable {
  /// Server verification and the client certificate. No effect on `http`.
  public struct TLS: Sendable {
    /// A PEM file of the only authorities to trust; nil trusts the system's.
    public var authorityFile: String?
    /// A PEM file of the client certificate.
    public var certificateFile: String?
    /// A PEM file of its private key; nil when it is in the same file.
    public var keyFile: String?
    /// When false, any server is trusted: for tests and diagnosis only.
    public var verifiesServer = true
    /// Whether to read ``HTTPResponse/certificateExpiry``.
    public var readsCertificate = false

    /// The system's authorities, no client certificate.
    public init() {}
  }

  /// Until the connection is established, including TLS; nil is libcurl's five minutes.
  public var connectTimeout: Duration?
  /// For a whole request; nil waits indefinitely.
  public var timeout: Duration?
  /// The maximum decompressed size in bytes; a larger body is an error.
  public var maximumBodySize = 64 << 20
  /// Server verification and the client certificate.
  public var tls = TLS()
  /// The proxy for all requests; nil connects directly, whatever the environment says.
  public var proxy: Proxy?
  /// Whether closing a session abandons a pending name lookup. Otherwise it waits, and a silent name
  /// server delays it beyond every timeout.
  public var abandonsNameLookups = false
  /// Called with each header line sent and received, including secrets.
  public var trace: (@Sendable (Trace) -> Void)?

  /// No timeouts, no proxy, the system's authorities, bodies of up to 64 MiB.
  public init() {}

  func apply(to easy: inout EasyHandle) throws(CurlError) {
    try easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
    // Name lookup timeouts by SIGALRM could hit another thread of the caller.
    try easy.set(CURLOPT_NOSIGNAL, true)
    // Empty: all encodings that libcurl supports.
    try easy.set(CURLOPT_ACCEPT_ENCODING, "")
    try easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
    if let timeout { try easy.set(milliseconds: CURLOPT_TIMEOUT_MS, timeout) }
    if let connectTimeout {
      try easy.set(milliseconds: CURLOPT_CONNECTTIMEOUT_MS, connectTimeout)
    }
    try easy.set(CURLOPT_PROXY, proxy?.url ?? "")
    // The exceptions have been applied already.
    try easy.set(CURLOPT_NOPROXY, "")
    if abandonsNameLookups { try easy.set(CURLOPT_QUICK_EXIT, true) }
    try tls.apply(to: &easy)
  }
}

extension SessionOptions.TLS {
  fileprivate func apply(to easy: inout EasyHandle) throws(CurlError) {
    if readsCertificate { try easy.set(CURLOPT_CERTINFO, true) }
    try easy.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if let authorityFile {
      try easy.set(CURLOPT_CAINFO, authorityFile)
      // Otherwise the system's CA directory would be trusted as well.
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
