import Signals

/// The readings of the last while, as they came.
struct LiveReadings {
  /// How much of the past is kept, in microseconds.
  let window: Int64
  /// Of an estimate each: how many never came.
  private(set) var missing = 0
  private var readings: [String: [Reading]] = [:]
  /// How far the newest reading was ahead of this machine's clock when it came, at most: the clocks of
  /// the machines may differ from ours.
  private var lead: Int64?

  init(window: Int64) { self.window = window }

  mutating func take(_ news: ReadingFollower.News, ofType type: String, at now: Timestamp) {
    readings[type, default: []] += news.readings
    missing += news.gap?.estimate ?? 0
    if let newest = news.readings.map(\.timestamp).max() {
      lead = max(newest - now, lead ?? .min)
    }
    for type in readings.keys { drop(ofType: type, before: period(at: now).lowerBound) }
  }

  /// What there is to be seen of now.
  func period(at now: Timestamp) -> ClosedRange<Timestamp> {
    let end = now + (lead ?? 0)
    return end + -window...end
  }

  /// Those of the period, in any order. A state that began before it is there from its first moment.
  func ofType(_ type: String, during period: ClosedRange<Timestamp>) -> [Reading] {
    let all = readings[type] ?? []
    guard Reading.Kind(ofType: type) == .state else {
      return all.filter { period.contains($0.timestamp) }
    }
    return all.map { reading in
      guard reading.timestamp < period.lowerBound else { return reading }
      return Reading(
        id: reading.id, type: reading.type, value: reading.value, timestamp: period.lowerBound,
        machine: reading.machine)
    }
  }

  func newest(ofType type: String) -> Timestamp? { readings[type]?.map(\.timestamp).max() }

  /// Readings a second, over the last ten at most; nil when there are too few to tell.
  func rate(ofType type: String, during period: ClosedRange<Timestamp>) -> Double? {
    let start = max(period.lowerBound, period.upperBound + -10_000_000)
    let times = (readings[type] ?? []).map(\.timestamp).filter { $0 >= start }
    guard let first = times.min(), let last = times.max(), last > first else { return nil }
    return Double(times.count { $0 > first }) / (Double(last - first) / 1_000_000)
  }

  /// States stay until the next one of the machine; of the rest all that is too old goes.
  private mutating func drop(ofType type: String, before start: Timestamp) {
    guard let all = readings[type] else { return }
    guard Reading.Kind(ofType: type) == .state else {
      readings[type] = all.filter { $0.timestamp >= start }
      return
    }
    let old = all.filter { $0.timestamp < start }
    let last = Dictionary(grouping: old, by: \.machine).values.compactMap { states in
      states.max { ($0.timestamp, $0.id) < ($1.timestamp, $1.id) }
    }
    readings[type] = last + all.filter { $0.timestamp >= start }
  }
}
