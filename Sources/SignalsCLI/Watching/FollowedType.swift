import Curl
import Signals

/// A type of readings that is followed: when it is asked for, and what of the answers is new.
struct FollowedType {
  /// As many as one answer can have. For all who watch it is the same question, which the server
  /// answers once.
  static let limit = 1000

  let type: String
  let machine: String?
  /// When to ask next.
  var due = ContinuousClock.now
  private let interval: Duration
  private var follower: ReadingFollower
  private var lastAsked: ContinuousClock.Instant?
  /// By the last answer's header, in seconds since 1970.
  private(set) var serverDate: Int64?

  /// - Parameter first: How many of the readings that are there already are news, the newest.
  init(_ type: String, machine: String?, interval: Duration, first: Int) {
    self.type = type
    self.machine = machine
    self.interval = interval
    follower = ReadingFollower(limit: Self.limit, first: first)
  }

  /// Asks for what is new, and settles when to ask again.
  mutating func ask(_ api: inout SignalsAPI) throws(Failure) -> ReadingFollower.News {
    let now = ContinuousClock.now
    let reply = try api.readings(ofType: type, limit: Self.limit, machine: machine)
    serverDate = reply.response.date
    let answer = try reply.content()
    let news = follower.take(answer)
    due = now + pause(after: answer, news, elapsed: lastAsked.map { now - $0 })
    lastAsked = now
    return news
  }

  private func pause(
    after answer: [Reading], _ news: ReadingFollower.News, elapsed: Duration?
  ) -> Duration {
    if let elapsed {
      return Pace.next(
        interval: interval, news: news.readings.count, elapsed: elapsed, limit: Self.limit)
    }
    // Of the first answer its own times say how fast they come.
    let times = answer.map(\.timestamp)
    guard answer.count >= Self.limit, let oldest = times.min(), let newest = times.max() else {
      return interval
    }
    let half = Duration.microseconds((newest - oldest) / 2)
    return min(interval, max(half, Pace.shortest))
  }
}
