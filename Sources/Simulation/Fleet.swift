public import Signals

/// All machines of a plan, made once for it and asked window by window.
public struct Fleet: Sendable {
  public let plan: Plan
  private let machines: [Machine]

  public init(_ plan: Plan) {
    self.plan = plan
    let faults = Dictionary(grouping: plan.faults, by: \.machine)
    machines = (0..<Int32(plan.machines)).map { number in
      Machine(
        number: number, seed: plan.seed, rates: plan.rates, faults: faults[number] ?? [])
    }
  }

  /// Appends what all machines give off in `[start, end)`: machine by machine, each signal in the
  /// order of time. Nothing when the plan does not run.
  ///
  /// What is appended depends on the plan and the interval alone. Windows that follow each other are
  /// what it is fast at.
  public mutating func append(
    from start: Timestamp, to end: Timestamp, _ readings: inout [Reading]
  ) {
    guard plan.isRunning else { return }
    for machine in machines { machine.append(from: start, to: end, &readings) }
  }
}
