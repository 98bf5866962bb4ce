public import Time

/// How the machines were left by the plan before, at the moment when another takes over.
///
/// Whoever follows the readings knows of each machine whether it works. Where the new plan has it
/// otherwise, that is a state change.
public struct Handover: Hashable, Sendable {
  /// When the new plan takes over.
  public let time: Timestamp
  /// Machine by machine, whether it last worked.
  public let working: [Bool]

  public init(at time: Timestamp, working: [Bool]) {
    self.time = time
    self.working = working
  }

  /// Whether a machine last worked; nil of one that was not there.
  func working(_ machine: Int32) -> Bool? {
    Int(machine) < working.count ? working[Int(machine)] : nil
  }
}

extension Plan {
  /// The same, taking over at `time` from the plan by which a fleet is laid out.
  public func succeeding(_ previous: Fleet, at time: Timestamp) -> Plan {
    var plan = self
    plan.handover = previous.handover(at: time)
    return plan
  }
}

extension Fleet {
  /// How the machines are left at `time`.
  ///
  /// What machines do that are off is not seen, and those that are no longer there do nothing: how they
  /// were left is handed on.
  fileprivate func handover(at time: Timestamp) -> Handover {
    let working = plan.isRunning ? working(before: time) : []
    let before = plan.handover?.working ?? []
    return Handover(at: time, working: working + before.dropFirst(working.count))
  }
}
