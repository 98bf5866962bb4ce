public import Time

/// The states that the machines were left in by the previous plan.
///
/// Consumers of the readings know of each machine whether it works. Where the new plan differs, a state
/// change is emitted.
public struct PlanTransition: Hashable, Sendable {
  /// When the new plan takes effect.
  public let time: Timestamp
  /// For each machine, whether it was working.
  public let working: [Bool]

  public init(at time: Timestamp, working: [Bool]) {
    self.time = time
    self.working = working
  }

  /// Whether a machine was working; nil for a machine that did not exist.
  func working(_ machine: Int32) -> Bool? {
    Int(machine) < working.count ? working[Int(machine)] : nil
  }
}

extension Plan {
  /// The plan, taking over from the plan of a fleet at `time`.
  public func succeeding(_ previous: Fleet, at time: Timestamp) -> Plan {
    var plan = self
    plan.transition = previous.transition(at: time)
    return plan
  }
}

extension Fleet {
  /// The states of the machines at `time`.
  ///
  /// Machines that are off or no longer exist emit nothing: the state they were left in is passed on.
  fileprivate func transition(at time: Timestamp) -> PlanTransition {
    let working = plan.isRunning ? working(before: time) : []
    let before = plan.transition?.working ?? []
    return PlanTransition(at: time, working: working + before.dropFirst(working.count))
  }
}
