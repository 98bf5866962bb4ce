import Curl
import Glibc
import HTTPContract
import SignalsAPI
import Time

/// The hops to the server: name, TCP, TLS and nginx.
extension Hop {
  /// The hops that a request for the root has reached; nginx answers it by itself.
  static func connection(
    _ call: RequestContext, _ result: Result<HTTPResponse, CurlError>, now: Timestamp
  ) -> [Hop] {
    let url = call.url
    switch result {
    case .success(let response):
      if let proxy = call.proxy, proxy.isAuthor(of: response, to: url) {
        return failed(Failure(refusal: response, of: call), at: "proxy", call, response.timings)
      }
      return steps(call, response.timings, address: response.address)
        + (url.scheme == "https"
          ? [tls(response.timings, certificate: response.certificateExpiry, now)]
          : url.isLoopback ? [] : [plain])
        + [nginx(response, url)]
    case .failure(let error):
      return failed(Failure(error, during: call), at: failedStep(error, call), call, error.timings)
    }
  }

  private static let plain = Hop(
    name: "TLS", state: .note, text: "none: traffic is not encrypted", advice: "an https URL")

  /// Name and TCP, which succeeded; or the proxy, which does both by itself.
  private static func steps(
    _ call: RequestContext, _ timings: HTTPResponse.Timings, address: String?
  ) -> [Hop] {
    let url = call.url
    if let proxy = call.proxy {
      return [
        Hop(
          name: "proxy", state: .good, time: timings.connect,
          text: "\(proxy.authority), from \(proxy.variable)")
      ]
    }
    return [
      Hop(
        name: "name", state: .good, time: timings.nameLookup,
        text: address.map { $0 == url.host ? $0 : "\(url.host) resolves to \($0)" } ?? url.host),
      Hop(
        name: "TCP", state: .good, time: timings.connect - timings.nameLookup,
        text: "port \(url.port)"),
    ]
  }

  private static func tls(_ timings: HTTPResponse.Timings, certificate: Int64?, _ now: Timestamp)
    -> Hop
  {
    let time = timings.tls - timings.connect
    guard let certificate else { return Hop(name: "TLS", state: .good, time: time) }
    let life = CertificateLife(ends: certificate, now: now)
    let isFine = life.measurement.probeStatus == .ok
    return Hop(
      name: "TLS", state: isFine ? .good : .note, time: time, text: life.sentence,
      advice: isFine ? nil : "renew the certificate")
  }

  private static func nginx(_ response: HTTPResponse, _ url: HTTPURL) -> Hop {
    let time = response.timings.firstByte - max(response.timings.connect, response.timings.tls)
    func hop(_ state: State, _ text: String, _ advice: String? = nil) -> Hop {
      Hop(name: "nginx", state: state, time: time, text: text, advice: advice)
    }
    if response.status == 429 {
      return hop(.note, "rate limited", "again later")
    }
    // Nothing is served at the root: nginx answers with its own problem document.
    if ProblemDocument(response)?.requestID != nil { return hop(.good, "") }
    if let place = response.headers["Location"] {
      return hop(.bad, "\(response.status), moved to \(place)", "that URL in --url")
    }
    return hop(
      .bad, "\(response.status) without a problem document: not a signals server",
      "the right host and port in --url; nginx/site.conf is the expected site")
  }

  private static func failed(
    _ failure: Failure, at failedStep: String, _ call: RequestContext,
    _ timings: HTTPResponse.Timings
  ) -> [Hop] {
    let names =
      (call.proxy == nil ? ["name", "TCP"] : ["proxy"])
      + (call.url.scheme == "https" ? ["TLS", "nginx"] : ["nginx"])
    let ends = [
      "name": timings.nameLookup, "TCP": timings.connect, "proxy": timings.connect,
      "TLS": timings.tls,
    ]
    let reached = names.prefix { $0 != failedStep }
    var before = Duration.zero
    let good = reached.map { name in
      let end = ends[name] ?? .zero
      defer { before = max(before, end) }
      return Hop(name: name, state: .good, time: end > before ? end - before : nil)
    }
    let bad = Hop(
      name: failedStep, state: .bad, text: failure.reason, advice: failure.advice)
    return good + [bad] + names.dropFirst(reached.count + 1).map { .unreached($0) }
  }

  /// The hop that failed.
  private static func failedStep(_ error: CurlError, _ call: RequestContext) -> String {
    let url = call.url
    switch error.kind {
    case .proxyRefused: return "proxy"
    case .couldNotResolve: return call.proxy == nil ? "name" : "proxy"
    case .couldNotConnect: return call.proxy == nil ? "TCP" : "proxy"
    case .certificateUntrusted, .certificateExpired, .certificateForAnotherHost,
      .tlsFileUnusable, .tls:
      return "TLS"
    case .timedOut:
      guard error.address != nil else {
        if call.proxy != nil { return "proxy" }
        return error.timings.nameLookup == .zero && !url.hostIsAddress ? "name" : "TCP"
      }
      if call.proxy != nil, url.scheme == "https", error.proxyStatus == nil { return "proxy" }
      return url.scheme == "https" && error.timings.tls == .zero ? "TLS" : "nginx"
    default: return "nginx"
    }
  }
}

extension HTTPURL {
  /// Whether the host is an address, with no name to look up.
  fileprivate var hostIsAddress: Bool {
    host.hasPrefix("[") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
  }
}
