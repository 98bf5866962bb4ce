import Signals
import Simulation
import Testing

@Suite struct FleetTests {
  private let start = Timestamp(microseconds: 1_795_514_400_000_000)

  @Test func itIsAllMachinesOfThePlanOneAfterTheOther() {
    var plan = Plan(machines: 3, seed: 9, rates: .standard)
    plan.faults = [
      Fault(machine: 1, code: 7, time: start + 5_000_000, end: start + 9_000_000),
      Fault(machine: 3, code: 8, time: start + 5_000_000),
    ]
    var expected: [Reading] = []
    for number in Int32(0)..<3 {
      Machine(number: number, seed: 9, rates: .standard, faults: plan.faults)
        .append(from: start, to: start + 60_000_000, &expected)
    }
    var fleet = Fleet(plan)
    var found: [Reading] = []
    fleet.append(from: start, to: start + 60_000_000, &found)
    #expect(found == expected)
    #expect(found.contains { $0.machine == 1 && $0.value == 7 })
  }

  @Test func whileThePlanDoesNotRunNothingIsGivenOff() {
    var plan = Plan(machines: 3, seed: 9, rates: .standard)
    plan.isRunning = false
    var fleet = Fleet(plan)
    var found: [Reading] = []
    fleet.append(from: start, to: start + 60_000_000, &found)
    #expect(found.isEmpty)
  }
}
