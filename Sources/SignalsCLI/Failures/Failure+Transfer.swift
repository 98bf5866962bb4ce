import Curl
import Glibc
import SignalsAPI

extension Failure {
  /// A request without a response.
  init(_ error: CurlError, during call: RequestContext) {
    let detail = (error.detail.isEmpty ? error.message : error.detail).lowercasedFirst
    if let proxy = call.proxy, let reason = proxy.reason(error) {
      self.init(call, reason, advice: proxy.advice(error.proxyStatus, host: call.url.host))
      if error.kind != .proxyRefused { passesAfter = .zero }
      return
    }
    switch error.kind {
    case .couldNotResolve:
      self.init(call, detail, advice: "the right host name in --url or SIGNALS_URL")
    case .couldNotConnect:
      self.init(
        call, error.systemMessage?.lowercasedFirst ?? detail,
        advice: error.systemError == ECONNREFUSED
          ? InstallationKind.beside(call.url).start
          : "the right address in --url or SIGNALS_URL")
    case .timedOut:
      self.init(
        call,
        "timed out after \(Number(value: call.timeout / .seconds(1))) s"
          + (call.proxy.map { " via \($0.name)" } ?? ""),
        advice: "a longer --timeout; 'signals-cli health' shows the service's state")
    case .certificateUntrusted:
      self.init(
        call, "untrusted server certificate: \(detail)",
        advice: call.authorityFile.map { "another --cacert; the issuer is not in \($0)" }
          ?? "--cacert FILE with the issuing CA"
          + (InstallationKind.beside(call.url).authority.map { "; \($0)" } ?? ""))
    case .certificateExpired:
      self.init(
        call, "server certificate expired or not yet valid: \(detail)",
        advice: "check the clocks, then renew the certificate")
    case .certificateForAnotherHost:
      self.init(
        call, "server certificate does not match the host: \(detail)",
        advice: "a host name of the certificate in --url")
    case .tlsFileUnusable:
      self.init(.usage, "cannot use --cacert \(call.authorityFile ?? "(default)"): \(detail)")
    case .tls:
      self.init(
        call, "TLS handshake failed: \(detail)", advice: "is this an https port? check --url")
    case .interrupted:
      self.init(
        call, "connection closed before the response was complete: \(detail)", advice: "again")
    case .badResponse:
      self.init(
        call, "not an HTTP response: \(detail)", advice: "the right host and port in --url")
    case .tooLarge:
      self.init(call, "response too large: \(detail)", advice: "a smaller --limit")
    case .invalidURL, .unsupportedScheme, .invalidRequest, .proxyRefused, .cancelled, .other:
      self.init(call, detail, advice: nil)
    }
    switch error.kind {
    case .couldNotResolve, .couldNotConnect, .timedOut, .interrupted: passesAfter = .zero
    default: break
    }
  }

  private init(_ call: RequestContext, _ reason: String, advice: String?) {
    self.init(.failed, "\(call): \(reason)", advice: advice, reason: reason)
  }
}

extension String {
  /// Lower-cases the first letter; names such as `SSL` and `OpenSSL` keep their case.
  var lowercasedFirst: String {
    let word = prefix { $0 != " " }
    guard word.dropFirst().allSatisfy({ !$0.isUppercase }) else { return self }
    return prefix(1).lowercased() + dropFirst()
  }
}
