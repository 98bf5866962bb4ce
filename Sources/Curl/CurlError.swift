internal import CCurl
internal import Glibc

/// Why a request failed.
public struct CurlError: Error, Sendable, Hashable {
  /// The categories that callers distinguish.
  public enum Kind: Sendable, Hashable {
    /// Not an absolute URL, or one with a user name or password.
    case invalidURL
    /// Neither `http` nor `https`.
    case unsupportedScheme
    /// An invalid method or header.
    case invalidRequest
    /// The host name has no address, or no name server answered.
    case couldNotResolve
    /// The proxy refused the connection or is not a proxy; see ``CurlError/proxyStatus``.
    case proxyRefused
    /// Connection refused, or no route to the host; see ``CurlError/systemError``.
    case couldNotConnect
    /// A timeout of the ``SessionOptions`` has expired.
    case timedOut
    /// The server's certificate is not signed by a trusted authority.
    case certificateUntrusted
    /// The server's certificate has expired or is not valid yet.
    case certificateExpired
    /// The server's certificate is valid, but for another name.
    case certificateForAnotherHost
    /// A file of the ``SessionOptions/TLS`` cannot be read or is not PEM.
    case tlsFileUnusable
    /// Any other TLS handshake failure.
    case tls
    /// The connection was closed before the response was complete.
    case interrupted
    /// The response is not valid HTTP.
    case badResponse
    /// The body exceeds ``SessionOptions/maximumBodySize``, or the headers their limit.
    case tooLarge
    /// Aborted by the caller; see ``WaitHook``.
    case cancelled
    /// See ``CurlError/code``.
    case other
  }

  /// The category.
  public let kind: Kind
  /// The `CURLcode`: https://curl.se/libcurl/c/libcurl-errors.html
  public let code: Int
  /// libcurl's description of the code.
  public let message: String
  /// libcurl's description of this failure, with hosts, ports and files; may be empty.
  public let detail: String
  /// What was attempted: `GET https://…`; never includes headers or a body.
  public let activity: String
  /// The `errno` of the failure (`ECONNREFUSED`, …), if any.
  public let systemError: Int32?
  /// The HTTP proxy's response to CONNECT.
  public let proxyStatus: Int?
  /// The address that the connection was made to; nil without a connection.
  public let address: String?
  /// How far the request got: a step that was not reached is zero, as is the connection's when TLS
  /// fails.
  public let timings: HTTPResponse.Timings

  init(
    _ code: CURLcode, _ kind: Kind? = nil, during activity: String, detail: String = "",
    systemError: Int32 = 0, verification: Int = 0, proxyStatus: Int = 0, address: String? = nil,
    timings: HTTPResponse.Timings = .zero
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

  /// The message for ``systemError``: `Connection refused`.
  public var systemMessage: String? { systemError.map { String(cString: strerror($0)) } }
}

extension CurlError: CustomStringConvertible, CustomDebugStringConvertible {
  /// A short message without hosts, files or addresses.
  public var description: String { "\(message) (curl \(code))" }

  /// All details, for logs.
  public var debugDescription: String {
    let system = systemError.map { ", errno \($0)" } ?? ""
    return "\(activity): \(detail.isEmpty ? message : detail) (curl \(code)\(system))"
  }
}

extension CurlError.Kind {
  /// - Parameter verification: OpenSSL's result for the chain, an `X509_V_ERR_…`; 0 is success.
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
      // libcurl itself compares the names, after OpenSSL has verified the chain and before it reads the
      // result, which then still has its initial value.
      case verificationOK, unspecified: self = .certificateForAnotherHost
      case notYetValid, hasExpired: self = .certificateExpired
      default: self = .certificateUntrusted
      }
    case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM: self = .tlsFileUnusable
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED: self = .tls
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
      self = .interrupted
    // An HTTPURL's scheme is supported, so it is the response's protocol that is not.
    case CURLE_UNSUPPORTED_PROTOCOL: self = .badResponse
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      self = .badResponse
    case CURLE_FILESIZE_EXCEEDED: self = .tooLarge
    case CURLE_ABORTED_BY_CALLBACK: self = .cancelled
    default: self = .other
    }
  }
}

/// `X509_V_OK` of OpenSSL's `x509_vfy.h`.
private let verificationOK = 0
/// `X509_V_ERR_UNSPECIFIED`, which no verification returns.
private let unspecified = 1
/// `X509_V_ERR_CERT_NOT_YET_VALID`.
private let notYetValid = 9
/// `X509_V_ERR_CERT_HAS_EXPIRED`.
private let hasExpired = 10
