public import Signals
public import Time

/// All machines of a plan, made once for it and asked window by window.
public struct Fleet: Sendable {
  public let plan: Plan
  private var machines: [Machine]

  public init(_ plan: Plan) {
    self.plan = plan
    var faults = [[Fault]](repeating: [], count: plan.machines)
    for fault in plan.faults where fault.machine < plan.machines {
      faults[Int(fault.machine)].append(fault)
    }
    var events = [[Scenario.Event]](repeating: [], count: plan.machines)
    for event in plan.scenario.events {
      for number in event.machines.numbers(of: plan.machines) { events[Int(number)].append(event) }
    }
    machines = (0..<plan.machines).map { number in
      Machine(Int32(number), of: plan, faults: faults[number], events: events[number])
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
    guard plan.isRunning, start < end else { return }
    let window = Window(start, end, plan.rates)
    for index in machines.indices { machines[index].append(window, &readings) }
  }

  /// Its plan without the faults that make no difference from `time` on.
  public func plan(from time: Timestamp) -> Plan {
    var plan = plan
    plan.faults.removeAll { $0.time < time && !isUnderOrder($0.machine, at: time) }
    return plan
  }

  /// Whether a machine is where somebody's order has brought it: on its way back it goes on as it began.
  private func isUnderOrder(_ machine: Int32, at time: Timestamp) -> Bool {
    Int(machine) < machines.count && machines[Int(machine)].isUnderOrder(at: time)
  }

  /// Of each machine whether it works just before `time`.
  func working(before time: Timestamp) -> [Bool] {
    machines.map { $0.isWorking(before: time) }
  }

  /// What each machine does at `time`.
  public func states(at time: Timestamp) -> [MachineState] {
    machines.map { $0.state(at: time) }
  }
}
