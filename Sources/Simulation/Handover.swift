public import Signals

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
  /// The same, taking over from another plan at `time`.
  ///
  /// Machines that are off do what they do unseen: how they were left is handed on.
  public func succeeding(_ previous: Plan, at time: Timestamp) -> Plan {
    var plan = self
    let working =
      previous.isRunning
      ? Fleet(previous).working(before: time) : previous.handover?.working ?? []
    plan.handover = Handover(at: time, working: working)
    return plan
  }
}
