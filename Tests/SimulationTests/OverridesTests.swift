import Signals
import Simulation
import Testing
import Time

/// What somebody puts upon machines.
@Suite struct OverridesTests {
  /// A moment at which the machine of seed 1 has worked for a while and goes on working.
  private let work: Timestamp = {
    let fleet = Fleet(Plan(seed: 1))
    var time = noon
    while [-500_000, 0, 500_000].contains(where: { fleet.states(at: time + $0) != [.execute] }) {
      time = time + 10_000
    }
    return time
  }()

  /// What the machine goes through from `start` on until it works again.
  private func states(_ plan: Plan, from start: Timestamp) -> [MachineState] {
    let fleet = Fleet(plan)
    var states: [MachineState] = []
    var time = start
    while case let state = fleet.states(at: time)[0], state != .execute {
      if states.last != state { states.append(state) }
      time = time + 1_000
    }
    return states
  }

  @Test func anErrorThatAbortsStopsTheMachineForItsTime() {
    let end = work + 20 * second
    let fault = Fault(machine: 0, code: 97, time: work, end: end)
    let plan = Plan(seed: 1, faults: [fault])
    #expect(
      states(plan, from: work) == [
        .aborting, .aborted, .clearing, .stopped, .resetting, .idle, .starting,
      ])
    #expect(Fleet(plan).states(at: work + -1) == [.execute])
    let all = plan.readings(minutes: 2)
    #expect(all.only(.error).contains { $0.value == 97 && $0.time == work })
    let changes = all.only(.stateChange)
    #expect(changes.contains { $0.value == 0 && $0.time == work })
    #expect(!changes.contains { $0.time > work && $0.time < end })
    #expect(zip(changes.dropFirst(), changes).allSatisfy { $0.value != $1.value })
    let atRest = all.only(.power).filter { $0.time > work + second && $0.time < end + -second }
    #expect(!atRest.isEmpty && atRest.allSatisfy { $0.value < 160 })
    let power = all.only(.power)
    #expect(zip(power.dropFirst(), power).allSatisfy { abs($0.value - $1.value) < 90 })
    // What lies outside is as it was.
    #expect(
      all.filter { $0.time < work } == Plan(seed: 1).readings(minutes: 2).filter { $0.time < work })
    let goesOn = changes.first { $0.time >= end }!.time
    #expect(
      all.filter { $0.time > goesOn }
        == Plan(seed: 1).readings(minutes: 2).filter { $0.time > goesOn })
  }

  @Test func anErrorThatHoldsHoldsTheMachine() {
    let fault = Fault(machine: 0, code: 75, time: work, end: work + 4 * second)
    #expect(
      states(Plan(seed: 1, faults: [fault]), from: work) == [.holding, .held, .unholding])
  }

  @Test func aStopIsInGoodOrder() {
    let plan = Plan(seed: 1, events: [.init(.at(work), .all, .stop(10 * second))])
    #expect(
      states(plan, from: work) == [.stopping, .stopped, .resetting, .idle, .starting])
    #expect(plan.readings().only(.error) == Plan(seed: 1).readings().only(.error))
  }

  @Test func anAbortDuringAStopTakesOverAndTheLongerOfTheTwoCounts() {
    let plan = Plan(
      seed: 1,
      events: [
        .init(.at(work), .all, .stop(20 * second)),
        .init(.at(work + 5 * second), .all, .fault(code: 99, stop: 2 * second)),
        .init(.at(work + 6 * second), .all, .stop(second)),
      ])
    #expect(
      states(plan, from: work) == [
        .stopping, .stopped, .aborting, .aborted, .clearing, .stopped, .resetting, .idle, .starting,
      ])
    #expect(Fleet(plan).states(at: work + 20 * second + -1) != [.execute])
  }

  @Test func aFaultWithoutAStopOnlyAddsItsError() {
    let fault = Fault(machine: 0, code: 5, time: noon + 1_234_567)
    let error = Reading(
      machine: 0, type: SimulatedSignal.error.rawValue, value: 5, time: fault.time)
    #expect(
      Plan(seed: 1, faults: [fault]).readings().ordered
        == (Plan(seed: 1).readings() + [error]).ordered)
  }

  @Test func aMachineHasOneErrorAtATime() {
    let own = Plan(seed: 1).readings().only(.error)[3]
    let codes = [5, 5, 6].map { Scenario.Event(.at(own.time), .all, .fault(code: $0, stop: nil)) }
    let errors = Plan(seed: 1, events: codes).readings().only(.error)
    #expect(
      errors.filter { abs($0.time - own.time) < second }
        .map { [Int64($0.value), $0.time - own.time] } == [[5, 0], [5, 1], [6, 2]])
  }

  @Test func aFaultOfAnotherMachineChangesNothing() {
    let fault = Fault(machine: 1, code: 5, time: noon + 1, end: noon + minute)
    #expect(Plan(seed: 1, faults: [fault]).readings() == Plan(seed: 1).readings())
  }

  @Test func theLoadOfAMachineAtWorkIsScaled() {
    func mean(_ factor: Double) -> Double {
      let plan = Plan(seed: 1, events: [.init(.at(noon), .all, .load(factor: factor, for: nil))])
      let fleet = Fleet(plan)
      let values = plan.readings(from: noon + minute, to: noon + 6 * minute).only(.power)
        .filter { fleet.states(at: $0.time) == [.execute] }.map(\.value)
      return values.reduce(0, +) / Double(values.count)
    }
    let usual = mean(1) - 130
    #expect(abs(mean(0.5) - 130 - usual / 2) < 0.5)
    #expect(abs(mean(0) - 130) < 0.5)
    #expect(mean(2) < 500)
  }

  @Test func aLoadLastsForItsTimeAndTheLatestCounts() {
    let events: [Scenario.Event] = [
      .init(.at(noon + 10 * second), .all, .load(factor: 0.5, for: 60 * second)),
      .init(.at(noon + 20 * second), .all, .load(factor: 0, for: 20 * second)),
    ]
    func readings(_ places: Int...) -> [Reading] {
      Plan(seed: 1, events: places.map { events[$0] }).readings(minutes: 2)
    }
    func part(_ readings: [Reading], _ from: Int64, _ to: Int64) -> [Reading] {
      readings.filter { $0.time >= noon + from * second && $0.time < noon + to * second }
    }
    let both = readings(0, 1)
    // Apart from the time that the machine takes to follow, and the start that leads there.
    #expect(part(both, 0, 10) == part(readings(), 0, 10))
    #expect(part(both, 12, 15) == part(readings(0), 12, 15))
    #expect(part(both, 26, 36) == part(readings(1), 26, 36))
    #expect(part(both, 46, 66) == part(readings(0), 46, 66))
    #expect(part(both, 76, 120) == part(readings(), 76, 120))
    #expect(part(both, 26, 36) != part(readings(0), 26, 36))
  }

  @Test func anEventOfTheScenarioIsForItsMachines() {
    let plan = Plan(
      machines: 3, seed: 1,
      events: [.init(.at(work), .only([1, 7]), .fault(code: 93, stop: 5 * second))])
    let calm = Plan(machines: 3, seed: 1).readings(minutes: 1)
    let readings = plan.readings(minutes: 1)
    #expect(readings.filter { $0.machine != 1 } == calm.filter { $0.machine != 1 })
    #expect(readings.only(.error, of: 1).contains { $0.value == 93 })
  }

  @Test func whatIsRelativeBeginsWithTheScenario() {
    let events: [Scenario.Event] = [
      .init(.after(90 * second), .all, .stop(5 * second)),
      .init(.at(noon), .all, .fault(code: 1, stop: nil)),
    ]
    let begun = Plan(seed: 1, events: events).begun(at: noon)
    #expect(begun.scenario.events.map(\.moment) == [.at(noon + 90 * second), .at(noon)])
    #expect(begun.begun(at: noon + 5) == begun)
  }
}
