internal import Time

/// An interval in which a machine is in one state and its power follows one ramp.
struct Phase: Sendable {
  let state: MachineState
  /// The interval is `[since, until)`; it may be shorter than the ramp.
  var since: Timestamp
  var until: Timestamp
  let ramp: Ramp
}

/// A smooth transition between two power levels, constant before and after.
///
/// In integers, so that the result does not depend on a math library or compiler.
struct Ramp: Sendable {
  let begin: Timestamp
  let end: Timestamp
  /// In milliwatts.
  let from: Int64
  let to: Int64

  var isFlat: Bool { from == to }

  /// The power at `time`, in milliwatts.
  func power(at time: Timestamp) -> Int64 {
    if isFlat || time >= end { return to }
    if time <= begin { return from }
    // Progress from 0 to 1 as 0 to 65536; smoothstep has no kink at either end.
    let done = ((time - begin) << 16) / (end - begin)
    let smooth = (done * done * (3 << 16 - 2 * done)) >> 32
    return from + ((to - from) * smooth) >> 16
  }
}
