import Curl
import Glibc

/// What goes wrong on the way through a proxy: it is the proxy's, and named after the variable that names it.
extension Proxy {
  /// `the proxy proxy.example:3128 (http_proxy)`
  var name: String { "the proxy \(authority) (\(variable))" }

  /// Why there is no answer; nil where that is not the proxy's doing.
  func reason(_ error: CurlError) -> String? {
    let detail = (error.detail.isEmpty ? error.message : error.detail).lowercasedFirst
    switch error.kind {
    case .couldNotResolve: return "\(name) cannot be found: \(detail)"
    case .couldNotConnect:
      return "\(name) does not answer: \(error.systemMessage?.lowercasedFirst ?? detail)"
    case .proxyRefused:
      return error.proxyStatus.map { "\(name) refuses the connection: \(Failure.title($0))" }
        ?? "\(name) refuses the connection: \(detail)"
    default: return nil
    }
  }

  /// Whether an answer is the proxy's own: through a proxy, all that this system answers has a request id.
  func isAuthor(of response: Response, to url: HTTPURL) -> Bool {
    // Through a tunnel nobody else answers.
    url.scheme == "http" && [403, 407, 502, 503, 504].contains(response.status)
      && response.headers["X-Request-Id"] == nil && Problem(response)?.requestID == nil
  }

  /// - Parameter status: What the proxy answered, if it did.
  func advice(_ status: Int?, host: String) -> String {
    status == 407
      ? "a user name and password in \(variable): http://USER:PASSWORD@\(authority)"
      : "another proxy in \(variable), or \(host) in no_proxy to go without"
  }
}
