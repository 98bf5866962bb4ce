internal import Signals
internal import Time

/// A simulated machine: a pure function of seed, number, rates, injected events and time.
///
/// It caches where the last window ended, to find the next one quickly; the readings do not depend on
/// that. A stream can be entered anywhere and is the same at any speed.
struct Machine: Sendable {
  /// Counted from 0.
  let number: Int32
  private let schedule: Schedule
  private let overrides: Overrides
  /// In time order, without coincidences.
  private let faults: [Fault]
  private let noise: RandomSequence
  /// When its plan took over from another, and whether the machine was working then.
  private let transition: (time: Timestamp, working: Bool)?
  /// Where the last window ended.
  private var position: Position?

  private struct Position {
    var time: Timestamp
    /// The phase just before or around `time`.
    var phase: Phase
    /// The first of each at or after `time`.
    var spontaneousFault: Int64
    var spontaneousFaultTime: Timestamp
    var fault: Int
  }

  /// - Parameters:
  ///   - number: The machine's number in the plan.
  ///   - faults: The plan's faults for this machine, in any order.
  ///   - events: The scenario's events for this machine.
  init(_ number: Int32, of plan: Plan, faults: [Fault] = [], events: [Scenario.Event] = []) {
    self.number = number
    let commands = events.commands(for: number)
    let randomness = Randomness(seed: plan.seed, machine: number)
    schedule = Schedule(randomness, plan.rates, LoadCurve(commands.loads))
    self.faults = Machine.apart(faults + commands.faults)
    overrides = Overrides(
      commands.stops + self.faults.compactMap(Overrides.Command.init), schedule)
    noise = randomness.sequence(.noise)
    transition = plan.transition.flatMap { transition in
      transition.working(number).map { (transition.time, $0) }
    }
  }

  /// A machine has one error at a time: the second of two at the same time is delayed by a microsecond.
  private static func apart(_ faults: [Fault]) -> [Fault] {
    var result: [Fault] = []
    for fault in faults.sorted(by: { $0.time < $1.time }) {
      let time = max(fault.time, result.last.map { $0.time + 1 } ?? fault.time)
      result.append(fault.moved(to: time))
    }
    return result
  }

  /// The state at `time`.
  func state(at time: Timestamp) -> MachineState { phase(at: time).state }

  func phase(at time: Timestamp) -> Phase { overrides.phase(at: time, schedule) }

  /// Whether it works just before `time`, as shown by its readings.
  func isWorking(before time: Timestamp) -> Bool {
    if let transition, transition.time == time { return transition.working }
    return overrides.isWorking(at: time + -1, schedule)
  }

  func isOverridden(at time: Timestamp) -> Bool { overrides.isStop(at: time) }

  // MARK: - What it gives off

  /// Appends the readings in the window, each signal in time order.
  mutating func append(_ window: TimeWindow, _ readings: inout [Reading]) {
    var position =
      position.flatMap { $0.time == window.start ? $0 : nil } ?? self.position(at: window.start)
    appendStatesAndPower(window, &position, &readings)
    appendErrors(window, &position, &readings)
    position.time = window.end
    self.position = position
  }

  private func position(at time: Timestamp) -> Position {
    let spontaneousFault = schedule.spontaneousFaultIndex(from: time)
    return Position(
      time: time, phase: phase(at: time), spontaneousFault: spontaneousFault,
      spontaneousFaultTime: schedule.spontaneousFault(spontaneousFault).time,
      fault: faults.firstIndex { $0.time >= time } ?? faults.count)
  }

  private func appendStatesAndPower(
    _ window: TimeWindow, _ position: inout Position, _ readings: inout [Reading]
  ) {
    var tick = window.firstTick
    if position.phase.until <= window.start { position.phase = phase(at: window.start) }
    while true {
      let phase = position.phase
      let since = max(phase.since, window.start)
      if since == phase.since || since == transition?.time {
        appendChange(to: phase, at: since, &readings)
      }
      appendPower(phase, until: min(phase.until, window.end), window.period, &tick, &readings)
      if phase.until >= window.end { return }
      position.phase = self.phase(at: phase.until)
    }
  }

  /// Only the beginning and end of work are readings; other states are not reported.
  private func appendChange(
    to phase: Phase, at time: Timestamp, _ readings: inout [Reading]
  ) {
    let isWorking = phase.state == .execute
    if isWorking != self.isWorking(before: time) {
      append(.stateChange, isWorking ? 1 : 0, time, &readings)
    }
  }

  private func appendErrors(
    _ window: TimeWindow, _ position: inout Position, _ readings: inout [Reading]
  ) {
    while true {
      let fault = position.fault < faults.count ? faults[position.fault] : nil
      if let fault, fault.time <= position.spontaneousFaultTime, fault.time < window.end {
        append(.error, Double(fault.code), fault.time, &readings)
        position.fault += 1
        // A machine has one error at a time.
        if fault.time < position.spontaneousFaultTime { continue }
      } else if position.spontaneousFaultTime < window.end {
        append(
          .error, Double(schedule.spontaneousFault(position.spontaneousFault).code),
          position.spontaneousFaultTime, &readings)
      } else {
        return
      }
      position.spontaneousFault += 1
      position.spontaneousFaultTime = schedule.spontaneousFault(position.spontaneousFault).time
    }
  }

  private func appendPower(
    _ phase: Phase, until: Timestamp, _ period: Int64, _ tick: inout Int64,
    _ readings: inout [Reading]
  ) {
    let amplitude = (phase.state.noise << 16) / RandomSequence.deviation
    while case let time = Timestamp(microseconds: tick * period), time < until {
      let milliwatts = phase.ramp.power(at: time) + (noise.normal(tick) * amplitude) >> 16
      append(.power, PowerMeter.watts(milliwatts), time, &readings)
      tick += 1
    }
  }

  @inline(__always)
  private func append(
    _ signal: SimulatedSignal, _ value: Double, _ time: Timestamp, _ readings: inout [Reading]
  ) {
    readings.append(
      Reading(machine: number, type: signal.rawValue, value: value, time: time))
  }
}

/// The interval `[start, end)` of a query.
struct TimeWindow {
  let start: Timestamp
  let end: Timestamp
  /// The interval between power readings, in microseconds.
  let period: Int64
  /// The first power reading at or after `start`, counted from 1970.
  let firstTick: Int64

  init(_ start: Timestamp, _ end: Timestamp, _ rates: Rates) {
    self.start = start
    self.end = end
    period = rates.powerPeriod
    firstTick = (start.microseconds + period - 1).floorDivided(by: period).quotient
  }
}

/// The power meter of a machine.
enum PowerMeter {
  /// Its range, in milliwatts.
  private static let range: ClosedRange<Int64> = 100_000...500_000

  /// In watts, rounded to a tenth.
  @inline(__always)
  static func watts(_ milliwatts: Int64) -> Double {
    let shown = min(max(milliwatts, range.lowerBound), range.upperBound)
    // Both operands are integers, so the quotient is the double nearest to the decimal fraction.
    return Double((shown + 50) / 100) / 10
  }
}

extension Overrides.Command {
  /// The stop caused by a fault; nil when it does not stop the machine.
  fileprivate init?(_ fault: Fault) {
    guard let end = fault.end else { return nil }
    self.init(
      kind: Fault.holdCodes.contains(fault.code) ? .hold : .abort, begin: fault.time, end: end)
  }
}

extension Fault {
  fileprivate func moved(to time: Timestamp) -> Fault {
    let end = end.map { max($0, time + Fault.minStopDuration) }
    return Fault(machine: machine, code: code, time: time, end: end)
  }
}
