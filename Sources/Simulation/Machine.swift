public import Signals

/// One simulated machine: a pure function of seed, number, rates, faults and time.
///
/// Nothing is carried from one call to the next, so a stream can be entered anywhere and is the same
/// at any speed.
public struct Machine: Sendable {
  /// Counted from 0.
  public let number: Int32
  private let rates: Rates
  private let faults: [Fault]
  private let randomness: Randomness
  private let changes: JitteredGrid
  private let errors: JitteredGrid
  private let power: PowerModel
  private let initialState: Int64

  /// - Parameter faults: Those of this machine count, in any order.
  public init(number: Int32, seed: UInt64, rates: Rates = .standard, faults: [Fault] = []) {
    self.number = number
    self.rates = rates
    self.faults = faults.filter { $0.machine == number }.sorted { $0.time < $1.time }
    randomness = Randomness(seed: seed, machine: number)
    changes = JitteredGrid(rates.stateChange, randomness, .stateChangeMoment)
    errors = JitteredGrid(rates.error, randomness, .errorMoment)
    power = PowerModel(randomness)
    initialState = Int64(randomness.bits(.initialState, 0) & 1)
  }

  /// Appends what the machine gives off in `[start, end)`: each signal in the order of time.
  public func append(from start: Timestamp, to end: Timestamp, _ readings: inout [Reading]) {
    appendStateChanges(from: start, to: end, &readings)
    appendErrors(from: start, to: end, &readings)
    appendPower(from: start, to: end, &readings)
  }

  /// Whether the machine works at `time`.
  public func isWorking(at time: Timestamp) -> Bool {
    stop(at: time) == nil && isScheduledToWork(changes.firstIndex(from: time + 1) - 1)
  }

  /// The moments in `[start, end)` at which the state may change: planned ones, and the beginnings
  /// and ends of stops.
  private func turningPoints(from start: Timestamp, to end: Timestamp) -> [Timestamp] {
    var points: Set<Timestamp> = []
    var index = changes.firstIndex(from: start)
    while case let moment = changes.moment(index), moment < end {
      points.insert(moment)
      index += 1
    }
    for fault in faults {
      guard let faultEnd = fault.end else { continue }
      for moment in [fault.time, faultEnd] where moment >= start && moment < end {
        points.insert(moment)
      }
    }
    return points.sorted()
  }

  private func appendStateChanges(
    from start: Timestamp, to end: Timestamp, _ readings: inout [Reading]
  ) {
    for moment in turningPoints(from: start, to: end) {
      let state = isWorking(at: moment)
      // A planned change during a stop, or a stop of a machine at rest, changes nothing.
      if state != isWorking(at: moment + -1) {
        append(.stateChange, state ? 1 : 0, moment, &readings)
      }
    }
  }

  private func appendErrors(from start: Timestamp, to end: Timestamp, _ readings: inout [Reading]) {
    var index = errors.firstIndex(from: start)
    var found: [(code: Int, time: Timestamp)] = []
    while case let moment = errors.moment(index), moment < end {
      found.append((1 + Int(randomness.bits(.errorCode, index) % 100), moment))
      index += 1
    }
    for fault in faults where fault.time >= start && fault.time < end {
      found.append((fault.code, fault.time))
    }
    for error in found.sorted(by: { $0.time < $1.time }) {
      append(.error, Double(error.code), error.time, &readings)
    }
  }

  private func appendPower(from start: Timestamp, to end: Timestamp, _ readings: inout [Reading]) {
    let period = rates.powerPeriod
    var tick = (start.microseconds + period - 1).floorDivided(by: period).quotient
    var phase = phase(at: Timestamp(microseconds: tick * period))
    while case let time = Timestamp(microseconds: tick * period), time < end {
      if time >= phase.end { phase = self.phase(at: time) }
      append(.power, power.watts(tick, at: time, in: phase), time, &readings)
      tick += 1
    }
  }

  /// The stretch around `time` that no planned change and no stop interrupts.
  private func phase(at time: Timestamp) -> PowerModel.Phase {
    let index = changes.firstIndex(from: time + 1) - 1
    var begin = changes.moment(index)
    var end = changes.moment(index + 1)
    for fault in faults {
      guard let faultEnd = fault.end else { continue }
      for moment in [fault.time, faultEnd] {
        if moment <= time { begin = max(begin, moment) } else { end = min(end, moment) }
      }
    }
    return PowerModel.Phase(
      begin: begin, end: end, isWorking: isWorking(at: begin),
      wasWorking: isWorking(at: begin + -1), load: index,
      loadBefore: changes.firstIndex(from: begin) - 1)
  }

  private func isScheduledToWork(_ index: Int64) -> Bool { (index ^ initialState) & 1 == 1 }

  private func stop(at time: Timestamp) -> Fault? {
    faults.first { fault in fault.end.map { fault.time <= time && time < $0 } ?? false }
  }

  private func append(
    _ signal: SimulatedSignal, _ value: Double, _ time: Timestamp, _ readings: inout [Reading]
  ) {
    readings.append(
      Reading(machine: number, type: signal.rawValue, value: value, time: time))
  }
}
