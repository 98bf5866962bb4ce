import Curl
import Glibc
import HTTPContract

/// Errors of a proxy, which name the variable that it comes from.
extension Proxy {
  /// `proxy proxy.example:3128 (http_proxy)`
  var name: String { "proxy \(authority) (\(variable))" }

  /// The reason for a failed transfer; nil when the proxy is not the cause.
  func reason(_ error: CurlError) -> String? {
    let detail = (error.detail.isEmpty ? error.message : error.detail).lowercasedFirst
    switch error.kind {
    case .couldNotResolve: return "cannot resolve \(name): \(detail)"
    case .couldNotConnect:
      return "cannot connect to \(name): \(error.systemMessage?.lowercasedFirst ?? detail)"
    case .proxyRefused:
      return error.proxyStatus.map { "\(name) refused the connection: \(Failure.title($0))" }
        ?? "\(name) refused the connection: \(detail)"
    default: return nil
    }
  }

  /// Whether a response is the proxy's own: every response of this system has a request id.
  func isAuthor(of response: HTTPResponse, to url: HTTPURL) -> Bool {
    // A tunnel carries only the server's responses.
    url.scheme == "http" && [403, 407, 502, 503, 504].contains(response.status)
      && response.headers["X-Request-Id"] == nil && ProblemDocument(response)?.requestID == nil
  }

  /// - Parameter status: The status of the proxy's response, if any.
  func advice(_ status: Int?, host: String) -> String {
    status == 407
      ? "a user name and password in \(variable): http://USER:PASSWORD@\(authority)"
      : "another proxy in \(variable), or \(host) in no_proxy"
  }
}
