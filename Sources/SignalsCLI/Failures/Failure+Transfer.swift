import Curl
import Glibc

extension Failure {
  /// There is no answer.
  init(_ error: CurlError, during call: Call) {
    let detail = (error.detail.isEmpty ? error.message : error.detail).lowercasedFirst
    if let proxy = call.proxy, let reason = proxy.reason(error) {
      self.init(call, reason, advice: proxy.advice(error.proxyStatus, host: call.url.host))
      if error.kind != .proxyRefused { passesAfter = .zero }
      return
    }
    switch error.kind {
    case .couldNotResolve:
      self.init(call, detail, advice: "the right name in --url or SIGNALS_URL")
    case .couldNotConnect:
      self.init(
        call, error.systemMessage?.lowercasedFirst ?? detail,
        advice: error.systemError == ECONNREFUSED
          ? Place.beside(call.url).start
          : "the right address in --url or SIGNALS_URL")
    case .timedOut:
      self.init(
        call,
        "timed out after \(Number(value: call.timeout / .seconds(1))) s"
          + (call.proxy.map { ", through \($0.name)" } ?? ""),
        advice: "a longer --timeout; 'signals-cli health' says how the service is")
    case .certificateUntrusted:
      self.init(
        call, "the server's certificate is not trusted: \(detail)",
        advice: call.authorityFile.map { "another --cacert: who signed it is not in \($0)" }
          ?? "--cacert FILE with the authority that signed it"
          + (Place.beside(call.url).authority.map { "; \($0)" } ?? ""))
    case .certificateExpired:
      self.init(
        call, "the server's certificate is not valid now: \(detail)",
        advice: "compare the clocks, then renew the certificate")
    case .certificateForAnotherHost:
      self.init(
        call, "the server's certificate is for another host: \(detail)",
        advice: "a name that the certificate has in --url")
    case .tlsFileUnusable:
      self.init(.usage, "cannot use --cacert \(call.authorityFile ?? "the system's"): \(detail)")
    case .tls:
      self.init(
        call, "no TLS connection: \(detail)", advice: "does that port speak https? check --url")
    case .interrupted:
      self.init(call, "the connection ended before the answer did: \(detail)", advice: "again")
    case .badAnswer:
      self.init(
        call, "that is no HTTP answer: \(detail)", advice: "the right address and port in --url")
    case .tooLarge:
      self.init(call, "the answer is too large: \(detail)", advice: "a smaller --limit")
    case .invalidURL, .unsupportedScheme, .invalidRequest, .proxyRefused, .cancelled, .other:
      self.init(call, detail, advice: nil)
    }
    switch error.kind {
    case .couldNotResolve, .couldNotConnect, .timedOut, .interrupted: passesAfter = .zero
    default: break
    }
  }

  private init(_ call: Call, _ reason: String, advice: String?) {
    self.init(.failed, "\(call): \(reason)", advice: advice, reason: reason)
  }
}

extension String {
  /// For the middle of a sentence; names such as `SSL` and `OpenSSL` keep their case.
  var lowercasedFirst: String {
    let word = prefix { $0 != " " }
    guard word.dropFirst().allSatisfy({ !$0.isUppercase }) else { return self }
    return prefix(1).lowercased() + dropFirst()
  }
}
