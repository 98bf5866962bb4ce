internal import Time

/// The behaviour of an undisturbed machine: it alternates between work and stops of various kinds, for
/// durations given by the rates, and has errors, some of which cause stops.
///
/// A pure function of seed, number, rates and time.
struct Schedule: Sendable {
  /// A spontaneous error.
  struct SpontaneousFault: Sendable {
    let time: Timestamp
    let code: Int
    /// How it stops the machine; nil when it does not.
    let stop: StopKind?
  }

  private let changes: JitteredGrid
  private let errors: JitteredGrid
  private let loads: RandomSequence
  private let stopKinds: RandomSequence
  private let severities: RandomSequence
  private let codes: RandomSequence
  private let loadCurve: LoadCurve
  /// Whether the machine works after changes of even (0) or odd (1) number.
  private let parity: Int64

  init(_ randomness: Randomness, _ rates: Rates, _ loadCurve: LoadCurve) {
    changes = JitteredGrid(rates.stateChange, randomness.sequence(.stateChangeMoment))
    errors = JitteredGrid(rates.error, randomness.sequence(.errorMoment))
    loads = randomness.sequence(.load)
    stopKinds = randomness.sequence(.stopKind)
    severities = randomness.sequence(.errorSeverity)
    codes = randomness.sequence(.errorCode)
    self.loadCurve = loadCurve
    parity = randomness.sequence(.initialState).below(2, 0)
  }

  // MARK: - States

  func isWorking(at time: Timestamp) -> Bool { isWork(changes.index(at: time)) }

  /// The first time at or after `time` at which the machine works.
  func work(from time: Timestamp) -> Timestamp {
    let index = changes.index(at: time)
    return isWork(index) ? time : changes.moment(index + 1)
  }

  func phase(at time: Timestamp) -> Phase {
    let index = changes.index(at: time)
    return isWork(index) ? work(index, at: time) : stop(index).phase(at: time)
  }

  /// Whether the machine works between change `index` and the next.
  private func isWork(_ index: Int64) -> Bool { (index ^ parity) & 1 == 0 }

  private func work(_ index: Int64, at time: Timestamp) -> Phase {
    let segment = loadCurve.segment(at: time)
    return Phase(
      state: .execute, since: max(changes.moment(index), segment.since),
      until: min(changes.moment(index + 1), segment.until),
      ramp: Ramp(
        begin: segment.change.lowerBound, end: segment.change.upperBound,
        from: power(index, segment.from), to: power(index, segment.to)))
  }

  private static let lightestLoad: Int64 = 150_000
  private static let heaviestLoad: Int64 = 310_000

  /// The power at work, in milliwatts.
  private func power(_ index: Int64, _ factor: LoadCurve.Factor) -> Int64 {
    let load =
      Schedule.lightestLoad
      + loads.below(Schedule.heaviestLoad - Schedule.lightestLoad + 1, index)
    return MachineState.idlePower + load * factor / LoadCurve.usual
  }

  private func stop(_ index: Int64) -> Stop {
    let begin = changes.moment(index)
    let end = changes.moment(index + 1)
    return Stop(
      stateSequence: kind(ofStop: index, at: begin).stateSequence(from: .execute), begin: begin,
      end: end,
      powerBefore: work(index - 1, at: begin + -1).ramp.power(at: begin),
      powerAfter: work(index + 1, at: end).ramp.power(at: end))
  }

  private func kind(ofStop index: Int64, at begin: Timestamp) -> StopKind {
    if let number = errors.index(ofWindowAround: begin),
      case let spontaneousFault = spontaneousFault(number),
      spontaneousFault.time == begin, let kind = spontaneousFault.stop
    {
      return kind
    }
    return stopKinds.below(2, index) == 0 ? .hold : .stop
  }

  // MARK: - Errors

  /// The first error at or after `time`.
  func spontaneousFaultIndex(from time: Timestamp) -> Int64 {
    // The error may have been moved from its grid time, but only within its window.
    var index = errors.index(at: time)
    while spontaneousFault(index).time < time { index += 1 }
    return index
  }

  /// Error `index`.
  ///
  /// An error that stops the machine coincides with a stop: the one nearest to it within its window.
  /// Neither errors nor stops thus become more or less frequent than the rates say.
  func spontaneousFault(_ index: Int64) -> SpontaneousFault {
    let moment = errors.moment(index)
    if let kind = severity(index), let stop = nearestStop(moment, errors.window(index)) {
      return SpontaneousFault(time: stop, code: code(index, in: kind.codes), stop: kind)
    }
    return SpontaneousFault(time: moment, code: code(index, in: Fault.warningCodes), stop: nil)
  }

  private func severity(_ index: Int64) -> StopKind? {
    switch severities.below(100, index) {
    case ..<5: .abort
    case ..<20: .hold
    default: nil
    }
  }

  private func code(_ index: Int64, in codes: ClosedRange<Int>) -> Int {
    codes.lowerBound + Int(self.codes.below(Int64(codes.count), index))
  }

  private func nearestStop(_ moment: Timestamp, _ window: ClosedRange<Timestamp>) -> Timestamp? {
    let index = changes.index(at: moment)
    let before = changes.moment(isWork(index) ? index - 1 : index)
    let after = changes.moment(isWork(index) ? index + 1 : index + 2)
    let nearer = moment - before <= after - moment ? [before, after] : [after, before]
    return nearer.first { window.contains($0) }
  }
}

extension StopKind {
  /// The codes of errors that stop a machine this way.
  fileprivate var codes: ClosedRange<Int> {
    switch self {
    case .abort: Fault.abortCodes
    case .hold: Fault.holdCodes
    case .stop: preconditionFailure("no error causes a normal stop")
    }
  }
}
