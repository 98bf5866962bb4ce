internal import Time

/// A stretch of time in which a machine is in one state and its power takes one course.
struct Phase: Sendable {
  let state: MachineState
  /// It lasts for `[since, until)`, which may be less than its ramp does.
  var since: Timestamp
  var until: Timestamp
  let ramp: Ramp
}

/// A smooth passage from one power to another; the same before and after it.
///
/// All in whole numbers: not one bit depends on a library of mathematics or on how it is compiled.
struct Ramp: Sendable {
  let begin: Timestamp
  let end: Timestamp
  /// In milliwatts.
  let from: Int64
  let to: Int64

  var isFlat: Bool { from == to }

  /// What is drawn at `time`, in milliwatts.
  func power(at time: Timestamp) -> Int64 {
    if isFlat || time >= end { return to }
    if time <= begin { return from }
    // How far it has got, 0 to 1 as 0 to 65536; smoothstep has no kink at either end.
    let done = ((time - begin) << 16) / (end - begin)
    let smooth = (done * done * (3 << 16 - 2 * done)) >> 32
    return from + ((to - from) * smooth) >> 16
  }
}
