import Curl
import SignalsAPI
import Time

/// A followed signal type: when to request it, and which of its readings are new.
struct FollowedType {
  /// The API's limit. Everybody who watches sends the same request, which the server coalesces.
  static let limit = 1000

  let type: String
  let machine: String?
  /// When to send the next request.
  var due = ContinuousClock.now
  private let interval: Duration
  private var follower: ReadingFollower
  private var lastAsked: ContinuousClock.Instant?
  /// From the last response's Date header, in seconds since 1970.
  private(set) var serverDate: Int64?
  /// Of the last answer, in UCUM; nil when the server does not tell.
  private(set) var unit: String?

  /// - Parameter first: How many of the existing readings, the newest, count as new.
  init(_ type: String, machine: String?, interval: Duration, first: Int) {
    self.type = type
    self.machine = machine
    self.interval = interval
    follower = ReadingFollower(limit: Self.limit, first: first)
  }

  /// Fetches new readings and schedules the next request.
  mutating func ask(_ api: inout SignalsClient) throws(Failure) -> ReadingFollower.Update {
    let now = ContinuousClock.now
    let reply = try api.readings(ofType: type, limit: Self.limit, machine: machine)
    serverDate = reply.response.date
    unit = reply.unit
    let answer = try reply.content()
    let update = follower.take(answer)
    due = now + pause(after: answer, update, elapsed: lastAsked.map { now - $0 })
    lastAsked = now
    return update
  }

  private func pause(
    after answer: [Reading], _ update: ReadingFollower.Update, elapsed: Duration?
  ) -> Duration {
    if let elapsed {
      return PollInterval.next(
        interval: interval, newReadings: update.readings.count, elapsed: elapsed, limit: Self.limit)
    }
    // The timestamps of the first response tell the rate.
    let times = answer.map(\.timestamp)
    guard answer.count >= Self.limit, let oldest = times.min(), let newest = times.max() else {
      return interval
    }
    let half = Duration.microseconds((newest - oldest) / 2)
    return min(interval, max(half, PollInterval.shortest))
  }
}
