public import Signals
public import Time

/// All machines of a plan, queried window by window.
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

  /// Appends the readings of all machines in `[start, end)`: machine by machine, each signal in time
  /// order. Appends nothing while the plan is not running.
  ///
  /// The result depends only on the plan and the interval. Consecutive windows are fastest.
  public mutating func append(
    from start: Timestamp, to end: Timestamp, _ readings: inout [Reading]
  ) {
    guard plan.isRunning, start < end else { return }
    let window = TimeWindow(start, end, plan.rates)
    for index in machines.indices { machines[index].append(window, &readings) }
  }

  /// The plan without faults that have no effect from `time` on.
  public func plan(from time: Timestamp) -> Plan {
    var plan = plan
    plan.faults.removeAll { $0.time < time && !isOverridden($0.machine, at: time) }
    return plan
  }

  /// Whether an injected stop determines the machine's state; on its way back it finishes as it began.
  private func isOverridden(_ machine: Int32, at time: Timestamp) -> Bool {
    Int(machine) < machines.count && machines[Int(machine)].isOverridden(at: time)
  }

  /// For each machine, whether it works just before `time`.
  func working(before time: Timestamp) -> [Bool] {
    machines.map { $0.isWorking(before: time) }
  }

  /// The state of each machine at `time`.
  public func states(at time: Timestamp) -> [MachineState] {
    machines.map { $0.state(at: time) }
  }
}
