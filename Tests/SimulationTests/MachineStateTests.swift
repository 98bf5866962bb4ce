import Signals
import TestSupport
import Testing
import Time

@testable import Simulation

extension MachineState {
  /// What PackML lets a machine go to without another state in between: from ISA-TR88.00.02, for the
  /// states that there are here.
  private static let transitions: [MachineState: Set<MachineState>] = [
    .idle: [.starting, .stopping, .aborting],
    .starting: [.execute, .stopping, .aborting],
    .execute: [.holding, .stopping, .aborting],
    .holding: [.held, .stopping, .aborting],
    .held: [.unholding, .stopping, .aborting],
    .unholding: [.execute, .stopping, .aborting],
    .stopping: [.stopped, .aborting],
    .stopped: [.resetting, .aborting],
    .resetting: [.idle, .stopping, .aborting],
    .aborting: [.aborted],
    .aborted: [.clearing],
    .clearing: [.stopped, .aborting],
  ]

  fileprivate func leads(to next: MachineState) -> Bool {
    MachineState.transitions[self]?.contains(next) ?? false
  }
}

@Suite struct MachineStateTests {
  @Test func theNumbersAreThoseOfPackML() {
    #expect(MachineState.execute.rawValue == 6)
    #expect(
      MachineState.allCases.map { "\($0.rawValue) \($0.name)" } == [
        "1 Clearing", "2 Stopped", "3 Starting", "4 Idle", "6 Execute", "7 Stopping", "8 Aborting",
        "9 Aborted", "10 Holding", "11 Held", "12 Unholding", "15 Resetting",
      ])
  }

  @Test(arguments: [StopKind.hold, .stop, .abort], MachineState.allCases)
  func everyCourseIsLegalFromWhateverItInterrupts(kind: StopKind, state: MachineState) {
    let stateSequence = Array(kind.stateSequence(from: state))
    #expect(stateSequence[0] == state || state.leads(to: stateSequence[0]))
    #expect(
      zip(stateSequence, stateSequence.dropFirst() + [.execute]).allSatisfy { $0.leads(to: $1) })
  }

  /// Rates and interventions of all kinds, the absurd among them.
  private func randomPlan(_ seed: UInt64) throws -> Plan {
    var random = SeededGenerator(seed: seed)
    var plan = Plan(machines: 2, seed: random.next())
    let shortest = [0.01, 0.1, 1, 2].randomElement(using: &random)!
    plan.rates = try Rates(
      powerHertz: [1, 10, 100].randomElement(using: &random)!,
      stateChange: .init(min: shortest, max: shortest * .random(in: 1...5, using: &random)),
      error: .init(min: shortest, max: shortest * .random(in: 1...20, using: &random)))
    for _ in 0..<Int.random(in: 0...30, using: &random) {
      let time = noon + .random(in: -minute...minute, using: &random)
      let stop = Int64.random(in: 10_000...10 * second, using: &random)
      let action: Scenario.Action =
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .stop(stop)
        case 1:
          .load(
            factor: .random(in: 0...2, using: &random),
            for: Bool.random(using: &random) ? stop : nil)
        case 2: .fault(code: .random(in: 1...100, using: &random), stop: nil)
        default: .fault(code: .random(in: 1...100, using: &random), stop: stop)
        }
      plan.scenario.events.append(.init(.at(time), .all, action))
    }
    return plan
  }

  @Test(arguments: 1..<30) func onlyLegalTransitionsHappen(seed: UInt64) throws {
    let plan = try randomPlan(seed)
    let machine = Machine(0, of: plan, events: plan.scenario.events)
    var seen: Set<MachineState> = []
    var phase = machine.phase(at: noon + -2 * minute)
    while phase.until < noon + 2 * minute {
      let next = machine.phase(at: phase.until)
      #expect(next.since == phase.until && next.until > next.since)
      #expect(
        phase.state == next.state || phase.state.leads(to: next.state),
        "\(phase.state) → \(next.state) at \(next.since)")
      // The same from within as from its edge.
      let within = machine.phase(at: next.until + -1)
      #expect(within.state == next.state && within.since == next.since)
      // The power has no jump where the state changes.
      let before = phase.ramp.power(at: phase.until)
      #expect(abs(before - next.ramp.power(at: next.since)) <= 1, "at \(next.since)")
      seen.insert(next.state)
      phase = next
    }
    #expect(seen.count > 8)
  }

  @Test(arguments: 1..<20) func theStreamDoesNotDependOnHowItIsAskedFor(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 1000)
    let plan = try randomPlan(seed)
    let start = noon + .random(in: -minute...minute, using: &random)
    let end = start + .random(in: second...10 * second, using: &random)
    let whole = plan.readings(from: start, to: end).ordered
    let cuts = (0..<Int.random(in: 1...200, using: &random)).map { _ in
      Timestamp(
        microseconds: .random(in: start.microseconds...end.microseconds, using: &random))
    }.sorted()
    #expect(plan.readings(from: start, to: end, cuts: cuts).ordered == whole)
    // One fleet that is asked here and there, and twice.
    var fleet = Fleet(plan)
    for _ in 0..<20 {
      let edges = [start, end].map { _ in
        Timestamp(
          microseconds: .random(in: start.microseconds...end.microseconds, using: &random))
      }.sorted()
      var part: [Reading] = []
      fleet.append(from: edges[0], to: edges[1], &part)
      #expect(part.ordered == whole.filter { edges[0] <= $0.time && $0.time < edges[1] })
    }
  }

  /// Work that begins is told as 1, work that ends as 0, at that very moment.
  @Test(arguments: 1..<8) func whatIsToldOfTheStateIsWhatItIs(seed: UInt64) throws {
    let plan = try randomPlan(seed)
    let machine = Machine(1, of: plan, events: plan.scenario.events)
    for change in plan.readings(from: noon + -minute, to: noon + minute)
      .only(.stateChange, of: 1)
    {
      #expect((machine.state(at: change.time) == .execute) == (change.value == 1))
      #expect((machine.state(at: change.time + -1) == .execute) == (change.value == 0))
    }
  }
}
