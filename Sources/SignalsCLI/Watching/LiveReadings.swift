import SignalsAPI
import Time

/// The recent readings, in the order of arrival.
struct LiveReadings {
  /// The longest time to compute a rate over, in microseconds.
  private static let recent: Int64 = 10_000_000
  /// Readings further in the future than this are not shown.
  private static let tolerance: Int64 = 5_000_000
  /// A machine that has been silent for this long is no longer shown.
  private static let memory: Int64 = 3_600_000_000

  /// The time span shown, in microseconds.
  let window: Int64
  /// By type and machine, oldest first.
  private var readings: [String: [String: [Reading]]] = [:]
  /// By type, of all machines together.
  private var cadences: [String: Cadence] = [:]
  private var machines: [String: [String: Cadence]] = [:]
  private var coverage: [String: Coverage] = [:]
  /// How far the server's clock is ahead of the local one, and the newest reading ahead of the server's.
  private var offset: Int64 = 0
  private var lead: Int64 = 0
  /// The timestamp of a reading in the future.
  private var ahead: Timestamp?

  init(window: Int64) { self.window = window }

  /// - Parameters:
  ///   - isShown: If false, the readings only show that the machine is alive.
  ///   - now: The local clock.
  ///   - date: The server's, as ``Signals/Timestamp/judging(_:_:)`` takes it.
  mutating func take(
    _ update: ReadingFollower.Update, ofType type: String, isShown: Bool = true, at now: Timestamp,
    _ date: Int64? = nil
  ) {
    offset = Timestamp.judging(now, date) - now
    var update = update
    let due = update.readings.prefix { $0.timestamp <= now + offset + Self.tolerance }
    // A reading from the future does not show that the machine is alive.
    if let newest = update.readings[due.endIndex...].last?.timestamp { ahead = newest }
    update.readings = Array(due)
    coverage[type, default: Coverage()].take(update)
    cadences[type, default: Cadence()]
      .take(update.readings.map(\.timestamp), isBehindGap: update.gap != nil)
    for (machine, new) in Dictionary(grouping: update.readings, by: \.machine) {
      machines[machine, default: [:]][type, default: Cadence()]
        .take(new.map(\.timestamp), isBehindGap: update.gap != nil)
      if isShown { add(new, ofType: type, machine) }
    }
    if let newest = update.readings.last?.timestamp {
      lead = max(lead, newest - (now + offset))
    }
    forget(before: period(at: now).lowerBound)
  }

  /// The period shown at `now`.
  func period(at now: Timestamp) -> ClosedRange<Timestamp> {
    let end = now + offset + lead
    return end + -window...end
  }

  /// The series of each machine, silent ones last. A state that began before the period starts with it.
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

  /// How far a reading is in the future, in microseconds; nil when none is.
  func lead(at now: Timestamp) -> Int64? {
    ahead.map { $0 - (now + offset) }.flatMap { $0 > Self.tolerance ? $0 : nil }
  }

  func newest(ofType type: String) -> Timestamp? { cadences[type]?.newest }

  /// Whether readings are overdue.
  func isSilent(_ type: String, at end: Timestamp) -> Bool {
    guard let cadence = cadences[type], let newest = cadence.newest, let timeout = cadence.timeout
    else { return false }
    return end - newest > timeout
  }

  /// The newest reading's time of a machine that has gone silent; nil while it has not.
  private func silence(of machine: String, at end: Timestamp) -> Timestamp? {
    guard let cadences = machines[machine],
      let last = cadences.values.compactMap(\.newest).max()
    else { return nil }
    let usual = cadences.compactMap { type, cadence in cadence.timeout.map { (type, $0) } }
      .min { $0.1 < $1.1 }
    // A single reading does not tell when the next is due, unless types with a steady rate exist.
    let isMeasured = self.cadences.keys.contains { Reading.Kind(ofType: $0) == .amount }
    guard let timeout = usual?.1 ?? (isMeasured ? window : nil), last < end else { return nil }
    let unknown = usual.flatMap { coverage[$0.0]?.unknown(during: last...end) } ?? 0
    return end - last - unknown > timeout ? last : nil
  }

  /// Readings per second; nil when there are too few.
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
    // Since the oldest: earlier ones may have been dropped.
    guard let oldest = all.min(), oldest < newest else { return nil }
    let first = max(period.lowerBound, oldest)
    let count = all.count { $0 > first && $0 <= newest && coverage.isWithin($0) }
    let time = newest - first - coverage.unknown(during: first...newest)
    return time > 0 && count > 0 ? (Double(count) * 1_000_000 / Double(time), count) : nil
  }

  /// The unknown part of the period, from 0 to 1.
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

  /// Drops old readings, but keeps the last state of each machine.
  private mutating func forget(before start: Timestamp) {
    for type in coverage.keys { coverage[type]?.forget(before: start) }
    let end = min(start, start + (window - Self.memory))
    for (machine, cadences) in machines
    where cadences.values.compactMap(\.newest).max().map({ $0 < end }) ?? true {
      machines[machine] = nil
      for type in readings.keys { readings[type]?[machine] = nil }
    }
    for type in readings.keys {
      let isState = Reading.Kind(ofType: type) == .state
      for (machine, all) in readings[type] ?? [:] {
        let old = all.prefix { $0.timestamp < start }.count
        // Not one by one: each removal would shift all the others.
        guard old > (isState ? 1 : 0), isState || old == all.count || 8 * old > all.count else {
          continue
        }
        readings[type]?[machine] = Array(all.dropFirst(isState ? old - 1 : old))
      }
    }
  }
}

extension Reading {
  /// The same reading, with a timestamp not before `start`.
  fileprivate func beginning(at start: Timestamp) -> Reading {
    timestamp >= start
      ? self
      : Reading(id: id, type: type, value: value, timestamp: start, machine: machine)
  }
}
