import Signals
import Testing
import Time

@testable import Simulation

/// What happens when one plan takes over from another.
@Suite struct PlanTransitionTests {
  private static let slow = try! Rates(
    powerHertz: 10, stateChange: .init(min: 120, max: 600), error: .init(min: 10, max: 30))

  /// With faults on three machines at random moments of ten minutes.
  private func plan(_ seed: UInt64, _ rates: Rates = .standard) -> Plan {
    var plan = Plan(machines: 3, seed: seed, rates: rates)
    let random = Randomness(seed: seed, machine: 0).sequence(.load)
    for number in 0..<12 {
      let time = noon + random.below(10 * minute, 4 * Int64(number))
      let length = Fault.minStopDuration + random.below(30 * second, 4 * Int64(number) + 1)
      plan.faults.append(
        Fault(
          machine: Int32(random.below(3, 4 * Int64(number) + 2)),
          code: 1 + Int(random.below(100, 4 * Int64(number) + 3)), time: time, end: time + length))
    }
    return plan
  }

  /// For each seed a few moments.
  private func moments(_ seed: UInt64) -> [Timestamp] {
    let random = Randomness(seed: seed, machine: 1).sequence(.load)
    return (0..<8).map { noon + random.below(12 * minute, $0) }
  }

  @Test(arguments: [Rates.standard, slow])
  func aFaultIsForgottenOnlyWhenItMakesNoDifference(_ rates: Rates) {
    var forgotten = 0
    for seed in UInt64(1)...20 {
      let whole = plan(seed, rates)
      for moment in moments(seed) {
        let plan = Fleet(whole).plan(from: moment)
        forgotten += whole.faults.count - plan.faults.count
        let end = moment + 15 * minute
        #expect(plan.readings(from: moment, to: end) == whole.readings(from: moment, to: end))
      }
    }
    #expect(forgotten > 20)
  }

  /// Of each machine what its readings have told so far must be what it does.
  private func check(_ readings: [Reading], _ plan: Plan, until end: Timestamp) {
    let states = Fleet(plan).states(at: end + -1)
    for machine in 0..<Int32(plan.machines) {
      let changes = readings.only(.stateChange, of: machine)
      #expect(zip(changes.dropFirst(), changes).allSatisfy { $0.value != $1.value })
      guard let last = changes.last else { continue }
      #expect(last.value == (states[Int(machine)] == .execute ? 1 : 0))
    }
  }

  @Test func aMachineThatAnotherPlanHasOtherwiseChangesItsState() {
    for seed in UInt64(1)...20 {
      for moment in moments(seed) {
        let first = Plan(machines: 3, seed: seed)
        let before = first.readings(from: noon + -minute, to: moment)
        // Another seed, other rates, more machines.
        var second = Plan(machines: 5, seed: seed + 100, rates: PlanTransitionTests.slow)
        second = second.succeeding(Fleet(first), at: moment)
        let end = moment + 5 * minute
        let after = second.readings(from: moment, to: end)
        check(before + after, second, until: end)
        #expect(
          second.readings(from: moment, to: end, cuts: [moment + 1, moment + minute]).ordered
            == after.ordered)
      }
    }
  }

  @Test func whatStoppedMachinesDidMeanwhileIsToldWhenTheyGoOn() {
    for seed in UInt64(1)...20 {
      for moment in moments(seed) {
        let running = Plan(machines: 3, seed: seed)
        var off = running
        off.isRunning = false
        off = off.succeeding(Fleet(running), at: moment)
        #expect(off.readings(from: moment, to: moment + minute).isEmpty)
        // Changed twice while they are off, and once more at the moment when they go on.
        off = off.succeeding(Fleet(off), at: moment + second)
        var again = running.succeeding(Fleet(off), at: moment + minute)
        again = again.succeeding(Fleet(again), at: moment + minute)
        let end = moment + 4 * minute
        let readings =
          running.readings(from: noon + -minute, to: moment)
          + again.readings(from: moment + minute, to: end)
        check(readings, again, until: end)
      }
    }
  }

  @Test func aMachineThatComesBackIsKnownByHowItWasLeft() {
    for seed in UInt64(1)...20 {
      for moment in moments(seed) {
        let many = Plan(machines: 3, seed: seed)
        let one = Plan(machines: 1, seed: seed + 1).succeeding(Fleet(many), at: moment)
        let back = moment + minute
        let again = many.succeeding(Fleet(one), at: back)
        let readings =
          many.readings(from: noon + -minute, to: moment) + one.readings(from: moment, to: back)
          + again.readings(from: back, to: back + 4 * minute)
        check(readings, again, until: back + 4 * minute)
      }
    }
  }

  @Test func machinesOfWhichNothingIsKnownDoWhatTheyWouldHaveDone() {
    let plan = Plan(machines: 3, seed: 1)
    for moment in moments(1) {
      let end = moment + minute
      var later = plan
      later.transition = PlanTransition(at: moment, working: [])
      #expect(later.readings(from: moment, to: end) == plan.readings(from: moment, to: end))
    }
  }

  @Test func aPlanThatTakesOverFromItselfChangesNothing() {
    let plan = Plan(machines: 3, seed: 1)
    for moment in moments(1) {
      let end = moment + minute
      #expect(
        plan.succeeding(Fleet(plan), at: moment).readings(from: moment, to: end)
          == plan.readings(from: moment, to: end))
    }
  }
}
