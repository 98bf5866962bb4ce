internal import Time

/// How a machine leaves Execute.
enum StopKind: Int, Comparable, Sendable {
  /// Paused, and resumed from there.
  case hold
  /// Stopped normally, and restarted.
  case stop
  /// Stopped immediately; must be cleared first.
  case abort

  static func < (a: StopKind, b: StopKind) -> Bool { a.rawValue < b.rawValue }

  private static let holdSequence: [MachineState] = [.holding, .held, .unholding]
  private static let stopSequence: [MachineState] = [
    .stopping, .stopped, .resetting, .idle, .starting,
  ]
  private static let abortSequence: [MachineState] = [
    .aborting, .aborted, .clearing, .stopped, .resetting, .idle, .starting,
  ]

  /// The states before Execute follows.
  ///
  /// - Parameter state: The state it starts from. If that is one of the states, it continues from
  ///   there; where PackML does not permit a hold or stop, the next stronger one is used.
  func stateSequence(from state: MachineState) -> ArraySlice<MachineState> {
    switch self {
    case .hold:
      if state == .execute { return StopKind.holdSequence[...] }
      return [.holding, .held].contains(state)
        ? StopKind.holdSequence.since(state) : StopKind.stop.stateSequence(from: state)
    case .stop:
      if [.aborting, .aborted, .clearing].contains(state) {
        return StopKind.abortSequence.since(state)
      }
      return [.stopping, .stopped].contains(state)
        ? StopKind.stopSequence.since(state) : StopKind.stopSequence[...]
    case .abort:
      return [.aborting, .aborted].contains(state)
        ? StopKind.abortSequence.since(state) : StopKind.abortSequence[...]
    }
  }
}

extension [MachineState] {
  fileprivate func since(_ state: MachineState) -> ArraySlice<MachineState> {
    drop { $0 != state }
  }
}

/// A machine's path from Execute, or any other state, to the next Execute.
struct Stop: Sendable {
  /// The states it passes through, in order.
  let stateSequence: ArraySlice<MachineState>
  /// The interval is `[begin, end)`.
  let begin: Timestamp
  let end: Timestamp
  /// The power at the beginning, and at the end when Execute follows, in milliwatts.
  let powerBefore: Int64
  let powerAfter: Int64

  /// The phase at a time within the stop.
  ///
  /// Transient states take the time they need, or together three quarters of what there is. Waiting
  /// states share the rest.
  func phase(at time: Timestamp) -> Phase {
    let length = end - begin
    let needed = stateSequence.reduce(0) { $0 + $1.timeNeeded }
    let passing = min(needed, length * 3 / 4)
    let shares = stateSequence.reduce(0) { $0 + $1.share }
    var since = begin
    var power = powerBefore
    for state in stateSequence {
      let duration =
        switch state.dwell {
        case .transient(let time): time * passing / needed
        case .waiting(let share): (length - passing) * share / shares
        }
      let until = state == stateSequence.last ? end : since + duration
      let powerThen = state.power(working: powerAfter)
      if time < until {
        return Phase(
          state: state, since: since, until: until,
          ramp: Ramp(begin: since, end: until, from: power, to: powerThen))
      }
      since = until
      power = powerThen
    }
    preconditionFailure("the time is not within the stop")
  }
}

extension MachineState {
  fileprivate var timeNeeded: Int64 {
    if case .transient(let time) = dwell { time } else { 0 }
  }

  fileprivate var share: Int64 {
    if case .waiting(let share) = dwell { share } else { 0 }
  }
}
