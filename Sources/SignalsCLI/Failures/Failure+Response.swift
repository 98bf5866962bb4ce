import Curl
import HTTPContract
import SignalsAPI
import Spelling
import StrictJSON

extension Failure {
  /// An error response.
  init(refusal response: HTTPResponse, of call: RequestContext) {
    if let proxy = call.proxy, proxy.isAuthor(of: response, to: call.url) {
      self.init(
        .failed, call, "\(Self.title(response.status)) from \(proxy.name)", requestID: nil,
        advice: proxy.advice(response.status, host: call.url.host),
        isAboutRequest: response.status < 500)
      if response.status >= 500 { passesAfter = response.retryAfter ?? .zero }
      return
    }
    let problem = ProblemDocument(response)
    let isAuthorisation = [401, 403].contains(response.status)
    self.init(
      isAuthorisation ? .notAuthorised : .failed, call,
      Self.reason(
        response, title: problem?.title,
        detail: problem?.detail ?? response.headers["Location"].map { "moved to \($0)" }),
      requestID: problem?.requestID ?? response.headers["X-Request-Id"],
      advice: Self.advice(response, problem, call),
      isAboutRequest: (300..<500).contains(response.status))
    if [429, 500, 502, 503, 504].contains(response.status) {
      passesAfter = response.retryAfter ?? .zero
    }
  }

  /// The service reports that it is unhealthy.
  init(unhealthy answer: APIResponse<API.Health>) {
    let report = try? answer.content()
    self.init(
      .failed, answer.call, Self.reason(answer.response, title: nil, detail: report?.status),
      requestID: answer.response.headers["X-Request-Id"],
      advice: Self.retryAdvice(answer.response))
  }

  /// A successful response that cannot be decoded.
  init(unreadable response: HTTPResponse, of call: RequestContext, _ error: any Error) {
    let reason =
      switch error {
      case let error as InvalidJSON where error.isDuplicateMember:
        "unexpected response: \(error)"
      case is InvalidJSON:
        "response is not JSON" + (response.mediaType.map { " (Content-Type: \($0))" } ?? "")
      case let error as DecodingError:
        "unexpected response: \(error.explanation(of: "it"))"
      default: "cannot read the response: \(error)"
      }
    self.init(
      .failed, call, reason, requestID: nil, advice: "is this the right server? check --url")
  }

  private init(
    _ status: Status, _ call: RequestContext, _ reason: String, requestID: String?, advice: String?,
    isAboutRequest: Bool = false
  ) {
    let request = requestID.map { " (request \($0))" } ?? ""
    self.init(
      status, "\(call): \(reason)\(request)", advice: advice, reason: reason,
      isAboutRequest: isAboutRequest)
  }

  private static func reason(_ response: HTTPResponse, title: String?, detail: String?) -> String {
    let start = title.map { "\(response.status) \($0)" } ?? self.title(response.status)
    return start + (detail.map { ": \($0)" } ?? "")
  }

  /// `404 Not Found`
  static func title(_ status: Int) -> String {
    "\(status)" + (standardTitles[status].map { " \($0)" } ?? "")
  }

  private static func advice(
    _ response: HTTPResponse, _ problem: ProblemDocument?, _ call: RequestContext
  )
    -> String?
  {
    switch response.status {
    case 401, 403:
      let which = call.hasToken ? "another token with --token-file" : "--token-file FILE"
      return "\(which) or SIGNALS_TOKEN; \(InstallationKind.beside(call.url).token)"
    case 404:
      if let known = problem?.knownTypes, !known.isEmpty { return typeAdvice(known, problem, call) }
      return problem == nil ? "is this the right server? check --url" : nil
    case 429, 503: return retryAdvice(response)
    case 300..<400: return "the new URL in --url or SIGNALS_URL"
    default: return nil
    }
  }

  /// The closest name, and all names unless the server has listed them.
  private static func typeAdvice(
    _ known: [String], _ problem: ProblemDocument?, _ call: RequestContext
  ) -> String? {
    let list = known.joined(separator: ", ")
    let isListed = problem?.detail?.contains(list) == true
    guard let close = closest(to: call.resource, among: known) else {
      return isListed ? nil : "one of \(list)"
    }
    return "did you mean \(close)?" + (isListed ? "" : " known types: \(list)")
  }

  private static func retryAdvice(_ response: HTTPResponse) -> String? {
    response.retryAfter.map { $0 > .zero ? "again in \($0.inWholeSeconds)" : "again" }
  }

  private static let standardTitles = [
    301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 407: "Proxy Authentication Required",
    413: "Content Too Large",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
  ]
}
