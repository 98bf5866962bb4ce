import Curl
import Signals

/// What the newest readings of a type tell, newest first; as of `now`.
struct ReadingProbe {
  /// Readings come in batches and take their time: a series that ends less than this ago goes on.
  static let patience: Int64 = 5_000_000

  let readings: [Reading]
  let now: Timestamp

  /// Asks for the newest readings, of one machine or of all.
  init(_ api: inout SignalsAPI, _ options: ReadingOptions, limit: Int) throws(Failure) {
    let answer = try api.readings(ofType: options.type, limit: limit, machine: options.machine)
    readings = try answer.content()
    now = .judging(.now, answer.response.date)
  }

  init(readings: [Reading], now: Timestamp) {
    self.readings = readings
    self.now = now
  }

  /// Of the newest reading, in seconds; nil when there is none. Clocks that differ make no negative age.
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
