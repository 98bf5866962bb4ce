import Curl
import Glibc
import SignalsAPI

/// How often a request may be sent, and how long all of it may take.
struct RetryLimits {
  let retries: Int
  let limit: Duration
  /// What is looked after meanwhile, in the pauses too.
  let waitHook: WaitHook?
}

extension HTTPSession {
  /// Sends a request, and sends it again as ``RetryPolicy`` says.
  mutating func send(_ request: HTTPRequest, tries: RetryLimits) throws(CurlError) -> HTTPResponse {
    let deadline = ContinuousClock.now + tries.limit
    var policy = RetryPolicy(retries: tries.retries, request.method)
    while true {
      let remaining = max(deadline - .now, .milliseconds(1))
      options.timeout = remaining
      options.connectTimeout = remaining
      let result: Result<HTTPResponse, CurlError>
      do {
        result = .success(try send(request, lookingAfter: tries.waitHook))
      } catch {
        result = .failure(error)
      }
      guard let pause = policy.pause(after: result.outcome, remaining: deadline - .now) else {
        return try result.get()
      }
      if let remark = RetryPolicy.remark(on: try? result.get().retryAfter) {
        StandardError.remark("the server does not serve us now: \(remark)")
      }
      guard rest(for: pause, lookingAfter: tries.waitHook) == .proceed else {
        return try result.get()
      }
    }
  }
}

/// Waits, unless the caller has had enough meanwhile.
private func rest(for pause: Duration, lookingAfter waitHook: WaitHook?) -> Flow {
  let end = ContinuousClock.now + pause
  while true {
    let left = end - .now
    guard left > .zero else { return .proceed }
    let slice = min(left, waitHook?.interval ?? .seconds(60))
    var descriptors = (waitHook?.descriptors ?? []).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    poll(
      &descriptors, nfds_t(descriptors.count), Int32((slice / .milliseconds(1)).rounded(.up)))
    guard waitHook?.action() ?? .proceed == .proceed else { return .stop }
  }
}

extension Result where Success == HTTPResponse, Failure == CurlError {
  fileprivate var outcome: RetryPolicy.Outcome {
    switch self {
    case .success(let response): .answer(status: response.status, retryAfter: response.retryAfter)
    case .failure(let error): .failure(error.kind)
    }
  }
}
