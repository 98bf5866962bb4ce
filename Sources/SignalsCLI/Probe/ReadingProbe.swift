import Curl
import SignalsAPI
import Time

/// The newest readings of a type, newest first, as of `now`.
struct ReadingProbe {
  /// Readings arrive in batches: a series whose end is more recent than this has not ended.
  static let gracePeriod: Int64 = 5_000_000

  /// The API's limit.
  private static let most = 1000

  /// Without readings from the future.
  let readings: [Reading]
  let now: Timestamp
  /// How far the newest reading is in the future, in seconds; nil when it is not.
  let ahead: Double?

  /// Fetches the newest readings of one machine or all; more when those are in the future.
  init(_ api: inout SignalsClient, ofType type: String, machine: String?, limit: Int)
    throws(Failure)
  {
    try self.init(try api.readings(ofType: type, limit: limit, machine: machine))
    guard ahead != nil, readings.isEmpty, limit < Self.most else { return }
    try self.init(try api.readings(ofType: type, limit: Self.most, machine: machine))
  }

  init(_ api: inout SignalsClient, _ options: ReadingOptions, limit: Int) throws(Failure) {
    try self.init(&api, ofType: options.type, machine: options.machine, limit: limit)
  }

  private init(_ answer: APIResponse<[Reading]>) throws(Failure) {
    self.init(readings: try answer.content(), now: .judging(.now, answer.response.date))
  }

  /// - Parameter readings: All of them, newest first.
  init(readings: [Reading], now: Timestamp) {
    self.readings = readings.filter { !$0.timestamp.isAhead(of: now) }
    self.now = now
    ahead = readings.first.flatMap { newest in
      newest.timestamp.isAhead(of: now) ? Double(newest.timestamp - now) / 1_000_000 : nil
    }
  }

  /// The age of the newest reading, in seconds; nil when there is none.
  var age: Double? {
    readings.first.map { Double(max(0, now - $0.timestamp)) / 1_000_000 }
  }

  /// The newest reading of each machine, at most `seconds` old.
  func newestOfEachMachine(noOlderThan seconds: Double) -> [Reading] {
    var machines: Set<String> = []
    return readings.filter {
      Double(now - $0.timestamp) <= seconds * 1_000_000 && machines.insert($0.machine).inserted
    }
  }

  /// Readings per second since the oldest of them. After the end of a series it falls steadily.
  var rate: Double {
    guard let newest = readings.first?.timestamp, let oldest = readings.last?.timestamp else {
      return 0
    }
    let end = max(newest, now + -Self.gracePeriod)
    let span = end - oldest
    guard span > 0 else { return 0 }
    // Readings at the very start belong to the time before it.
    let count = readings.count { $0.timestamp > oldest }
    return Double(count) * 1_000_000 / Double(span)
  }
}

extension Timestamp {
  /// The tolerated clock difference. The server allows one second; its clock is known to the second only,
  /// and ours is read up to two seconds before or after.
  private static let tolerance: Int64 = 3_000_000

  /// Whether a reading of this time is from the future: one of the clocks is wrong.
  func isAhead(of now: Timestamp) -> Bool { self - now > Self.tolerance }

  /// The time to compute ages with: the server's when it differs from the local one.
  ///
  /// Otherwise a check on a machine with a wrong clock would raise false alarms.
  /// - Parameter date: The server's clock in seconds, from a response just received.
  static func judging(_ local: Timestamp, _ date: Int64?) -> Timestamp {
    guard let date, let server = Timestamp(seconds: date) else { return local }
    // Rounding to seconds and the latency of the response do not count.
    return (-1_000_000...3_000_000).contains(local - server) ? local : server
  }

  private init?(seconds: Int64) {
    let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { return nil }
    self.init(microseconds: microseconds)
  }
}
