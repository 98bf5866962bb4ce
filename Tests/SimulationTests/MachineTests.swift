import Signals
import Simulation
import Testing
import Time

@Suite struct MachineTests {
  @Test func powerStandsOnAnEvenGridOfTenMilliseconds() {
    let power = Plan(seed: 1).readings().only(.power)
    #expect(power.count == 60_000)
    #expect(power.gaps.allSatisfy { $0 == 10_000 })
    #expect(power.allSatisfy { $0.time.microseconds % 10_000 == 0 })
  }

  @Test func everyRateStandsOnItsOwnGrid() throws {
    for hertz in [1, 8, 64, 125, 1000] {
      var plan = Plan(seed: 1)
      plan.rates = try plan.rates.changed(powerHertz: hertz)
      let power = plan.readings(minutes: 1).only(.power)
      #expect(power.count == hertz * 60)
      #expect(power.gaps.allSatisfy { $0 == 1_000_000 / Int64(hertz) })
    }
  }

  /// A plan that gives off little else, so that many hours of it are soon told.
  private func slow(_ seed: UInt64) throws -> Plan {
    var plan = Plan(seed: seed)
    plan.rates = try plan.rates.changed(powerHertz: 1)
    return plan
  }

  @Test(arguments: 0..<8) func workBeginsAndEndsEveryOneToFiveSeconds(seed: UInt64) throws {
    let changes = try slow(seed).readings(minutes: 60).only(.stateChange)
    #expect(changes.gaps.allSatisfy { (1_000_000...5_000_000).contains($0) })
    #expect(changes.allSatisfy { $0.value == 0 || $0.value == 1 })
    #expect(zip(changes.dropFirst(), changes).allSatisfy { $0.value != $1.value })
    // Spread over the whole range, not always the mean.
    #expect(changes.gaps.contains { $0 < 2_000_000 } && changes.gaps.contains { $0 > 4_000_000 })
  }

  @Test(arguments: 0..<8) func errorsComeEveryTenToThirtySeconds(seed: UInt64) throws {
    let errors = try slow(seed).readings(minutes: 60).only(.error)
    #expect(errors.gaps.allSatisfy { (10_000_000...30_000_000).contains($0) })
    #expect(errors.gaps.contains { $0 < 15_000_000 } && errors.gaps.contains { $0 > 25_000_000 })
    #expect(errors.allSatisfy { (1...100).contains($0.value) && $0.value == $0.value.rounded() })
    #expect(Set(errors.map(\.value)).count > 40)
  }

  @Test func someErrorsStopTheMachineAndMostDoNot() throws {
    let readings = try slow(3).readings(minutes: 600)
    let stops = Set(readings.only(.stateChange).filter { $0.value == 0 }.map(\.time))
    let fleet = Fleet(try slow(3))
    var counts: [MachineState: Int] = [:]
    for error in readings.only(.error) {
      let state = fleet.states(at: error.time)[0]
      let isOfStop = stops.contains(error.time)
      switch Int(error.value) {
      case Fault.abortCodes: #expect(isOfStop && state == .aborting)
      case Fault.holdCodes: #expect(isOfStop && state == .holding)
      default: #expect(!isOfStop)
      }
      counts[isOfStop ? state : .execute, default: 0] += 1
    }
    #expect(counts[.aborting]! > 40 && counts[.holding]! > 150 && counts[.execute]! > 1000)
  }

  @Test func powerIsBelievable() {
    let power = Plan(seed: 7).readings(minutes: 20).only(.power)
    #expect(power.allSatisfy { (100...500).contains($0.value) })
    #expect(power.allSatisfy { $0.value == ($0.value * 10).rounded() / 10 })
    // Two neighbours differ by noise and by a drive that comes up or runs down, not by a jump.
    #expect(zip(power.dropFirst(), power).allSatisfy { abs($0.value - $1.value) < 90 })
    #expect(Set(power.prefix(1000).map(\.value)).count > 200)
  }

  @Test func powerFollowsTheState() {
    let plan = Plan(seed: 7)
    let fleet = Fleet(plan)
    var values: [MachineState: [Double]] = [:]
    for reading in plan.readings(minutes: 20).only(.power) {
      values[fleet.states(at: reading.time)[0], default: []].append(reading.value)
    }
    #expect(values.count == MachineState.allCases.count)
    let means = values.mapValues { $0.reduce(0, +) / Double($0.count) }
    for (state, mean, tolerance) in [
      (.aborted, 110, 1), (.stopped, 110, 1), (.clearing, 110, 1), (.idle, 130, 1),
      (.held, 140, 1), (.resetting, 120, 3), (.execute, 360, 15), (.starting, 245, 20),
      (.stopping, 235, 20), (.aborting, 235, 40),
    ] as [(MachineState, Double, Double)] {
      #expect(abs(means[state]! - mean) < tolerance, "\(state): \(means[state]!)")
    }
    // A machine that waits draws less than one that works at any time.
    let atRest = [MachineState.idle, .held, .stopped, .aborted].flatMap { values[$0]! }
    #expect(atRest.max()! < values[.execute]!.min()!)
  }

  @Test func anotherSeedOrMachineGivesAnotherStream() {
    let one = Plan(machines: 2, seed: 1).readings(minutes: 1)
    let other = Plan(machines: 2, seed: 2).readings(minutes: 1)
    #expect(one.only(.power).map(\.value) != other.only(.power).map(\.value))
    #expect(one.only(.power).map(\.value) != one.only(.power, of: 1).map(\.value))
  }

  @Test func aMachineIsTheSameAmongMoreMachines() {
    let alone = Plan(seed: 4).readings(minutes: 1)
    #expect(Plan(machines: 3, seed: 4).readings(minutes: 1).filter { $0.machine == 0 } == alone)
  }
}

@Suite struct RatesTests {
  @Test(arguments: [0, -1, 3, 1001, 2000]) func aPowerRateOffTheGridIsRefusedWithWhatIsAccepted(
    hertz: Int
  ) throws {
    let error = try #require(throws: InvalidRate.self) {
      try Rates(powerHertz: hertz, stateChange: .init(min: 1, max: 5), error: .init(min: 1, max: 5))
    }
    #expect(error.description.contains("100, 125, 160"))
    #expect(error.description.hasSuffix("(got \(hertz))"))
  }

  @Test(arguments: [(0, 1), (5, 1), (1, 1e6), (.nan, 1), (1, .nan), (-1, 1)] as [(Double, Double)])
  func aGapThatCannotBeIsRefused(min: Double, max: Double) {
    #expect(throws: InvalidRate.self) { try Rates.IntervalRange(min: min, max: max) }
  }
}
