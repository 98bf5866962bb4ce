import Curl
import Synchronization
import TestSupport
import Testing

@testable import SignalsCLI

@Suite struct RetryTests {
  private func pauses(
    _ outcome: RetryPolicy.Outcome, retries: Int = 3, _ method: HTTPRequest.Method = .get,
    remaining: Duration = .seconds(60), jitter: Double = 1
  ) -> [Duration] {
    var policy = RetryPolicy(retries: retries, method)
    var pauses: [Duration] = []
    while let pause = policy.pause(after: outcome, remaining: remaining, jitter: jitter) {
      pauses.append(pause)
    }
    return pauses
  }

  @Test func pausesDoubleUpToALimit() {
    let busy = RetryPolicy.Outcome.answer(status: 503, retryAfter: nil)
    #expect(
      pauses(busy, retries: 7)
        == [200, 400, 800, 1600, 3200, 5000, 5000].map { Duration.milliseconds($0) })
    #expect(pauses(busy, jitter: 0) == [100, 200, 400].map { Duration.milliseconds($0) })
  }

  @Test(arguments: [429, 502, 503])
  func theServerSaysWhenToComeBack(_ status: Int) {
    let busy = RetryPolicy.Outcome.answer(status: status, retryAfter: .seconds(2))
    #expect(pauses(busy, retries: 2) == [.milliseconds(2200), .milliseconds(2400)])
  }

  @Test func nothingIsWaitedForThatComesAfterTheTimeout() {
    let busy = RetryPolicy.Outcome.answer(status: 503, retryAfter: .seconds(10))
    #expect(pauses(busy, remaining: .seconds(10)) == [])
  }

  @Test func whatMayHaveBeenDoneIsNotDoneAgain() {
    let lost = RetryPolicy.Outcome.failure(.interrupted)
    #expect(pauses(lost, .post) == [] && pauses(lost, .patch) == [])
    #expect(pauses(lost, .head).count == 3)
  }

  @Test(arguments: [CurlError.Kind.couldNotResolve, .couldNotConnect, .interrupted])
  func aConnectionIsTriedAgain(_ kind: CurlError.Kind) {
    #expect(pauses(.failure(kind)).count == 3)
  }

  @Test(arguments: [CurlError.Kind.certificateUntrusted, .timedOut, .tooLarge, .badResponse])
  func whatStaysAsItIsIsNot(_ kind: CurlError.Kind) { #expect(pauses(.failure(kind)) == []) }

  @Test(arguments: [200, 400, 401, 404, 500])
  func anAnswerIsAnAnswer(_ status: Int) {
    #expect(pauses(.answer(status: status, retryAfter: .seconds(1))) == [])
  }

  /// A server that is busy for the first two requests.
  private func busyServer(_ status: String, headers: [String: String] = [:]) throws
    -> HTTPServerDouble
  {
    let asked = Mutex(0)
    return try HTTPServerDouble { _ in
      let number = asked.withLock {
        $0 += 1
        return $0
      }
      return number <= 2
        ? CannedResponses.problem(status, "not now", headers: headers)
        : .body(CannedResponses.types)
    }
  }

  @Test(arguments: ["429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable"])
  func aBusyServerIsAskedAgain(_ status: String) throws {
    let server = try busyServer(status, headers: ["Retry-After": "0"])
    let outcome = try signals(["types", "--retry", "2", "--json"], url: server.url)
    #expect(outcome.output == CannedResponses.types + "\n")
    #expect(outcome.status == 0)
    #expect(server.requests.count == 3)
  }

  @Test func itIsAskedOnceUnlessSaid() throws {
    let server = try busyServer("503 Service Unavailable")
    #expect(try signals(["types"], url: server.url).status == 1)
    #expect(server.requests.count == 1)
    let variable = try signals(["types"], url: server.url, environment: ["SIGNALS_RETRY": "1"])
    #expect(variable.status == 0)
  }

  @Test func aServerThatIsBusyForLongIsToldAtOnce() throws {
    let server = try busyServer("503 Service Unavailable", headers: ["Retry-After": "3600"])
    let outcome = try signals(["types", "--retry", "5"], url: server.url)
    #expect(outcome.errors.hasSuffix("  try: again in 1 h\n"))
    #expect(server.requests.count == 1)
  }

  @Test func aPauseWithoutReasonIsBoundedAndTold() {
    var policy = RetryPolicy(retries: 2, .get)
    let outcome = RetryPolicy.Outcome.answer(status: 503, retryAfter: .seconds(Int64.max))
    #expect(
      policy.pause(after: outcome, remaining: .seconds(100_000), jitter: 0) == .milliseconds(60_100)
    )
    #expect(policy.pause(after: outcome, remaining: .seconds(60), jitter: 0) == nil)
    #expect(RetryPolicy.remark(on: .seconds(60)) == nil)
    #expect(RetryPolicy.remark(on: nil) == nil)
    #expect(
      RetryPolicy.remark(on: .seconds(86_400))
        == "it asks for a pause of 1 d, and is asked again after 1 min")
  }

  @Test func aChangeIsSentOnce() throws {
    let server = try HTTPServerDouble { request in
      request.method == "GET" ? .body(CannedResponses.producer()) : .closing("")
    }
    let outcome = try signals(
      ["producer", "stop", "--yes", "--retry", "3"], url: server.url,
      environment: ["SIGNALS_TOKEN": CannedResponses.token])
    #expect(outcome.status == 1)
    #expect(server.requests.map(\.method) == ["GET", "POST"])
  }
}
