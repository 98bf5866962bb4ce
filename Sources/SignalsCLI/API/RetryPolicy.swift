import Curl
import SignalsAPI

/// Whether a request is sent once more, and when.
struct RetryPolicy {
  /// What became of a request.
  enum Outcome {
    case answer(status: Int, retryAfter: Duration?)
    case failure(CurlError.Kind)
  }

  /// A server that asks for a longer pause (a day, the year 2099) does not know when it is back.
  static let longest = Duration.seconds(60)

  private static let base = Duration.milliseconds(200)
  private static let limit = Duration.seconds(5)

  private var left: Int
  private var ceiling = base

  /// - Parameters:
  ///   - retries: How many there may be after the first try.
  ///   - method: Only requests that change nothing are retried: one that failed may have been carried out.
  init(retries: Int, _ method: HTTPRequest.Method) {
    left = [.get, .head].contains(method) ? retries : 0
  }

  /// How long to wait before the next try; nil when there is to be none.
  ///
  /// - Parameters:
  ///   - remaining: Until the time-out. A try that would come later is not waited for.
  ///   - jitter: 0 to 1. Half of the pause is left to chance, so that many clients that lost one
  ///     server do not come back at the same moment.
  mutating func pause(
    after outcome: Outcome, remaining: Duration, jitter: Double = .random(in: 0...1)
  ) -> Duration? {
    guard left > 0, let least = Self.leastPause(after: outcome) else { return nil }
    let pause = least + ceiling * (0.5 + jitter / 2)
    guard pause < remaining else { return nil }
    left -= 1
    ceiling = min(ceiling * 2, Self.limit)
    return pause
  }

  /// What to say of a pause that a server asks for; nil where it is kept to.
  static func remark(on wish: Duration?) -> String? {
    guard let wish, wish > longest else { return nil }
    return """
      it asks for a pause of \(wish.inWholeSeconds), and is asked again after \
      \(longest.inWholeSeconds)
      """
  }

  /// What the server asks for, within bounds; nil when the next answer would be the same.
  private static func leastPause(after outcome: Outcome) -> Duration? {
    switch outcome {
    case .answer(let status, let retryAfter):
      [429, 502, 503].contains(status) ? min(retryAfter ?? .zero, longest) : nil
    case .failure(.couldNotResolve), .failure(.couldNotConnect), .failure(.interrupted): .zero
    case .failure: nil
    }
  }
}
