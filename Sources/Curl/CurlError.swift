internal import CCurl
internal import Glibc

/// Why a request has no answer.
public struct CurlError: Error, Sendable, Hashable {
  /// What a caller can act on.
  public enum Kind: Sendable, Hashable {
    /// Not an absolute URL, or one with a user name or password.
    case invalidURL
    /// Neither `http` nor `https`.
    case unsupportedScheme
    /// A method or a header that cannot be sent.
    case invalidRequest
    /// The host's name has no address, or no name server answered.
    case couldNotResolve
    /// The proxy does not let us through, or does not speak the protocol of one; see
    /// ``CurlError/proxyStatus``.
    case proxyRefused
    /// Nobody listens there, or there is no way to it; see ``CurlError/systemError``.
    case couldNotConnect
    /// One of the ``Options``' time-outs has passed.
    case timedOut
    /// No authority that we trust has signed the server's certificate.
    case certificateUntrusted
    /// The server's certificate is out of date or not valid yet.
    case certificateExpired
    /// The server's certificate is good, for another name.
    case certificateForAnotherHost
    /// A file of the ``Options/TLS`` cannot be read or is not PEM.
    case tlsFileUnusable
    /// The TLS handshake failed otherwise.
    case tls
    /// The connection ended before the answer did, or before it began.
    case interrupted
    /// What came is not HTTP, or not what it says it is.
    case badAnswer
    /// A body above ``Options/maximumBodySize``, or headers without end.
    case tooLarge
    /// The caller gave it up; see ``Attention``.
    case cancelled
    /// See ``CurlError/code``.
    case other
  }

  /// What it comes down to.
  public let kind: Kind
  /// libcurl's own number, a `CURLcode`: https://curl.se/libcurl/c/libcurl-errors.html
  public let code: Int
  /// libcurl's words for the code.
  public let message: String
  /// libcurl's words for this very failure, with hosts, ports and files; empty when it has none.
  public let detail: String
  /// What we were doing: `GET https://…`; never with headers or a body.
  public let activity: String
  /// The kernel's reason (`ECONNREFUSED`, …) where there is one.
  public let systemError: Int32?
  /// What an HTTP proxy answered when it was asked for a connection to the server.
  public let proxyStatus: Int?
  /// The address of whoever took the connection; nil when nobody did.
  public let address: String?
  /// How far it came: a step that was not done has zero, as has the connection's when TLS fails.
  public let timings: Response.Timings

  init(
    _ code: CURLcode, _ kind: Kind? = nil, during activity: String, detail: String = "",
    systemError: Int32 = 0, verification: Int = 0, proxyStatus: Int = 0, address: String? = nil,
    timings: Response.Timings = .zero
  ) {
    let isRefused = code == CURLE_RECV_ERROR && proxyStatus != 0 && proxyStatus / 100 != 2
    self.kind = kind ?? (isRefused ? .proxyRefused : Kind(code, verification: verification))
    self.proxyStatus = proxyStatus == 0 ? nil : proxyStatus
    self.code = Int(code.rawValue)
    message = String(cString: curl_easy_strerror(code))
    self.detail = detail
    self.activity = activity
    self.systemError = systemError == 0 ? nil : systemError
    self.address = address
    self.timings = timings
  }

  /// ``systemError`` in words: `Connection refused`.
  public var systemMessage: String? { systemError.map { String(cString: strerror($0)) } }
}

extension CurlError: CustomStringConvertible, CustomDebugStringConvertible {
  /// Short, without hosts, files or addresses.
  public var description: String { "\(message) (curl \(code))" }

  /// All there is, for a log.
  public var debugDescription: String {
    let system = systemError.map { ", errno \($0)" } ?? ""
    return "\(activity): \(detail.isEmpty ? message : detail) (curl \(code)\(system))"
  }
}

extension CurlError.Kind {
  /// - Parameter verification: OpenSSL's verdict on the chain, an `X509_V_ERR_…`; 0 is good.
  fileprivate init(_ code: CURLcode, verification: Int) {
    switch code {
    case CURLE_URL_MALFORMAT: self = .invalidURL
    case CURLE_BAD_FUNCTION_ARGUMENT: self = .invalidRequest
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .couldNotResolve
    case CURLE_COULDNT_CONNECT: self = .couldNotConnect
    case CURLE_PROXY: self = .proxyRefused
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut
    case CURLE_PEER_FAILED_VERIFICATION:
      switch verification {
      // libcurl compares the names itself, once OpenSSL has found the chain good and before it
      // asks for the verdict: it is then still what libcurl begins with.
      case good, unspecified: self = .certificateForAnotherHost
      case notYetValid, hasExpired: self = .certificateExpired
      default: self = .certificateUntrusted
      }
    case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM: self = .tlsFileUnusable
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED: self = .tls
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
      self = .interrupted
    // An HTTPURL's scheme is supported: what libcurl does not know is the answer's first line.
    case CURLE_UNSUPPORTED_PROTOCOL: self = .badAnswer
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      self = .badAnswer
    case CURLE_FILESIZE_EXCEEDED: self = .tooLarge
    case CURLE_ABORTED_BY_CALLBACK: self = .cancelled
    default: self = .other
    }
  }
}

/// `X509_V_OK` of OpenSSL's `x509_vfy.h`.
private let good = 0
/// `X509_V_ERR_UNSPECIFIED`, which no chain gets.
private let unspecified = 1
/// `X509_V_ERR_CERT_NOT_YET_VALID`.
private let notYetValid = 9
/// `X509_V_ERR_CERT_HAS_EXPIRED`.
private let hasExpired = 10
