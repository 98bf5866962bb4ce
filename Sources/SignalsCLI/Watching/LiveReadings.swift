import Signals

/// The readings of the last while, as they came.
struct LiveReadings {
  /// Rates are of so much time at most, in microseconds: of now.
  private static let recent: Int64 = 10_000_000
  /// A clock that is ahead of the server's by no more than this hides nothing.
  private static let tolerance: Int64 = 5_000_000
  /// A machine that has been silent for as long is not shown any more.
  private static let memory: Int64 = 3_600_000_000

  /// How much of the past is shown, in microseconds.
  let window: Int64
  /// By type and machine, each the oldest first.
  private var readings: [String: [String: [Reading]]] = [:]
  /// By type: of all machines together, and of each.
  private var rhythms: [String: Rhythm] = [:]
  private var machines: [String: [String: Rhythm]] = [:]
  private var coverage: [String: Coverage] = [:]
  /// How far the server's clock is ahead of ours, and the newest reading ahead of that.
  private var offset: Int64 = 0
  private var lead: Int64 = 0
  /// Of a reading that no clock allows.
  private var ahead: Timestamp?

  init(window: Int64) { self.window = window }

  /// - Parameters:
  ///   - isShown: Otherwise they are signs of life and nothing else.
  ///   - now: By this machine's clock.
  ///   - date: The server's, as ``Signals/Timestamp/judging(_:_:)`` takes it.
  mutating func take(
    _ news: ReadingFollower.News, ofType type: String, isShown: Bool = true, at now: Timestamp,
    _ date: Int64? = nil
  ) {
    offset = Timestamp.judging(now, date) - now
    var news = news
    let due = news.readings.prefix { $0.timestamp <= now + offset + Self.tolerance }
    // One from the future is no sign of life.
    if let newest = news.readings[due.endIndex...].last?.timestamp { ahead = newest }
    news.readings = Array(due)
    coverage[type, default: Coverage()].take(news)
    rhythms[type, default: Rhythm()]
      .take(news.readings.map(\.timestamp), isBehindGap: news.gap != nil)
    for (machine, new) in Dictionary(grouping: news.readings, by: \.machine) {
      machines[machine, default: [:]][type, default: Rhythm()]
        .take(new.map(\.timestamp), isBehindGap: news.gap != nil)
      if isShown { add(new, ofType: type, machine) }
    }
    if let newest = news.readings.last?.timestamp {
      lead = max(lead, newest - (now + offset))
    }
    forget(before: period(at: now).lowerBound)
  }

  /// What there is to be seen of now.
  func period(at now: Timestamp) -> ClosedRange<Timestamp> {
    let end = now + offset + lead
    return end + -window...end
  }

  /// One for each machine: those that are silent come last. A state that began before the period is there
  /// from its first moment.
  func series(ofType type: String, during period: ClosedRange<Timestamp>) -> [Series] {
    let isState = Reading.Kind(ofType: type) == .state
    let all = (readings[type] ?? [:]).compactMap { machine, readings -> Series? in
      let known = readings.prefix { $0.timestamp <= period.upperBound }
      let old = known.prefix { $0.timestamp < period.lowerBound }
      let state = isState ? old.last.map { [$0.beginning(at: period.lowerBound)] } ?? [] : []
      let shown = state + known.dropFirst(old.count)
      guard !shown.isEmpty else { return nil }
      return Series(
        machine: machine, readings: shown,
        silentSince: silence(of: machine, at: period.upperBound))
    }
    return all.sorted {
      ($0.isSilent ? 1 : 0, $0.machine.count, $0.machine)
        < ($1.isSilent ? 1 : 0, $1.machine.count, $1.machine)
    }
  }

  /// How far a reading is ahead of the clocks, in microseconds; nil when none is.
  func lead(at now: Timestamp) -> Int64? {
    ahead.map { $0 - (now + offset) }.flatMap { $0 > Self.tolerance ? $0 : nil }
  }

  func newest(ofType type: String) -> Timestamp? { rhythms[type]?.newest }

  /// Whether readings should have come since the newest.
  func isSilent(_ type: String, at end: Timestamp) -> Bool {
    guard let rhythm = rhythms[type], let newest = rhythm.newest, let patience = rhythm.patience
    else { return false }
    return end - newest > patience
  }

  /// The last sign of life of a machine that has gone silent; nil while it has not.
  private func silence(of machine: String, at end: Timestamp) -> Timestamp? {
    guard let rhythms = machines[machine],
      let last = rhythms.values.compactMap(\.newest).max()
    else { return nil }
    let usual = rhythms.compactMap { type, rhythm in rhythm.patience.map { (type, $0) } }
      .min { $0.1 < $1.1 }
    // A single reading says nothing of the next, unless this plant has others that always come.
    let isMeasured = self.rhythms.keys.contains { Reading.Kind(ofType: $0) == .amount }
    guard let patience = usual?.1 ?? (isMeasured ? window : nil), last < end else { return nil }
    let unknown = usual.flatMap { coverage[$0.0]?.unknown(during: last...end) } ?? 0
    return end - last - unknown > patience ? last : nil
  }

  /// Readings a second; nil when there are too few to tell.
  func rate(ofType type: String) -> Double? {
    guard let newest = newest(ofType: type) else { return nil }
    let short = rate(ofType: type, from: newest + -Self.recent, to: newest)
    guard let short, short.count >= 10 else {
      return rate(ofType: type, from: newest + -window, to: newest)?.rate ?? short?.rate
    }
    return short.rate
  }

  private func rate(ofType type: String, from start: Timestamp, to newest: Timestamp)
    -> (rate: Double, count: Int)?
  {
    guard let coverage = coverage[type], let period = coverage.reach(start, newest) else {
      return nil
    }
    let all = (readings[type] ?? [:]).values.joined().map(\.timestamp)
    // From the oldest on: what was before it is not known to have been kept.
    guard let oldest = all.min(), oldest < newest else { return nil }
    let first = max(period.lowerBound, oldest)
    let count = all.count { $0 > first && $0 <= newest && coverage.isWithin($0) }
    let time = newest - first - coverage.unknown(during: first...newest)
    return time > 0 && count > 0 ? (Double(count) * 1_000_000 / Double(time), count) : nil
  }

  /// How much of the period's time is not known of, from 0 to 1.
  func unseen(ofType type: String, during period: ClosedRange<Timestamp>) -> Double {
    guard let coverage = coverage[type], let newest = newest(ofType: type),
      let reach = coverage.reach(period.lowerBound, min(newest, period.upperBound))
    else { return 0 }
    return Double(coverage.unknown(during: reach)) / Double(reach.upperBound - reach.lowerBound)
  }

  private mutating func add(_ new: [Reading], ofType type: String, _ machine: String) {
    var all = readings[type]?[machine] ?? []
    readings[type]?[machine] = nil
    let isLate = all.last.map { $0.timestamp > new[0].timestamp } ?? false
    all += new
    if isLate { all.sort { ($0.timestamp, $0.id) < ($1.timestamp, $1.id) } }
    readings[type, default: [:]][machine] = all
  }

  /// States stay until the next one of the machine; of the rest all that is too old goes.
  private mutating func forget(before start: Timestamp) {
    for type in coverage.keys { coverage[type]?.forget(before: start) }
    let end = min(start, start + (window - Self.memory))
    for (machine, rhythms) in machines
    where rhythms.values.compactMap(\.newest).max().map({ $0 < end }) ?? true {
      machines[machine] = nil
      for type in readings.keys { readings[type]?[machine] = nil }
    }
    for type in readings.keys {
      let isState = Reading.Kind(ofType: type) == .state
      for (machine, all) in readings[type] ?? [:] {
        let old = all.prefix { $0.timestamp < start }.count
        // Not one by one: each time all of those behind them would move up.
        guard old > (isState ? 1 : 0), isState || old == all.count || 8 * old > all.count else {
          continue
        }
        readings[type]?[machine] = Array(all.dropFirst(isState ? old - 1 : old))
      }
    }
  }
}

extension Reading {
  /// The same, not before that moment.
  fileprivate func beginning(at start: Timestamp) -> Reading {
    timestamp >= start
      ? self
      : Reading(id: id, type: type, value: value, timestamp: start, machine: machine)
  }
}
