import Curl
import Signals

/// What the newest readings of a type tell, newest first; as of `now`.
struct ReadingProbe {
  /// Readings come in batches and take their time: a series that ends less than this ago goes on.
  static let patience: Int64 = 5_000_000

  /// As many as can be asked for.
  private static let most = 1000

  /// Without those that are ahead of the clock.
  let readings: [Reading]
  let now: Timestamp
  /// How far the newest reading is ahead of the clock, in seconds; nil when it is not.
  let ahead: Double?

  /// Asks for the newest readings, of one machine or of all; for more, where they are ahead of the clock.
  init(_ api: inout SignalsAPI, ofType type: String, machine: String?, limit: Int)
    throws(Failure)
  {
    try self.init(try api.readings(ofType: type, limit: limit, machine: machine))
    guard ahead != nil, readings.isEmpty, limit < Self.most else { return }
    try self.init(try api.readings(ofType: type, limit: Self.most, machine: machine))
  }

  init(_ api: inout SignalsAPI, _ options: ReadingOptions, limit: Int) throws(Failure) {
    try self.init(&api, ofType: options.type, machine: options.machine, limit: limit)
  }

  private init(_ answer: Answer<[Reading]>) throws(Failure) {
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

  /// Of the newest reading that is not ahead of the clock, in seconds; nil when there is none.
  var age: Double? {
    readings.first.map { Double(max(0, now - $0.timestamp)) / 1_000_000 }
  }

  /// Those that are at most so many seconds old.
  func newestOfEachMachine(noOlderThan seconds: Double) -> [Reading] {
    var machines: Set<String> = []
    return readings.filter {
      Double(now - $0.timestamp) <= seconds * 1_000_000 && machines.insert($0.machine).inserted
    }
  }

  /// Readings a second, from the oldest of these on. A series that has ended long ago gets slower with
  /// every second.
  var rate: Double {
    guard let newest = readings.first?.timestamp, let oldest = readings.last?.timestamp else {
      return 0
    }
    let end = max(newest, now + -Self.patience)
    let span = end - oldest
    guard span > 0 else { return 0 }
    // Those of the first moment belong to what was before it.
    let count = readings.count { $0.timestamp > oldest }
    return Double(count) * 1_000_000 / Double(span)
  }
}

extension Timestamp {
  /// How much clocks may differ. The server, whose clock we know to the second only, allows one second; we
  /// look up to two seconds later or earlier than it does.
  private static let tolerance: Int64 = 3_000_000

  /// Whether a reading of this time comes from a clock that is wrong, or ours is: it is no sign of life.
  func isAhead(of now: Timestamp) -> Bool { self - now > Self.tolerance }

  /// The time by which readings are judged: this machine's, or the server's where that is another one.
  ///
  /// A probe on a machine whose clock is wrong would wake somebody at night.
  /// - Parameter date: The server's clock in seconds, of an answer that has just come.
  static func judging(_ local: Timestamp, _ date: Int64?) -> Timestamp {
    guard let date, let server = Timestamp(seconds: date) else { return local }
    // Whole seconds, and the answer's way, are no difference.
    return (-1_000_000...3_000_000).contains(local - server) ? local : server
  }

  private init?(seconds: Int64) {
    let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { return nil }
    self.init(microseconds: microseconds)
  }
}
