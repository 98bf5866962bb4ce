import Signals
import Simulation
import Testing

@Suite struct MachineTests {
  private let start = Timestamp(microseconds: 1_795_514_400_000_000)
  private let minute: Int64 = 60_000_000

  private func readings(
    of machine: Machine, minutes: Int64 = 10, from start: Timestamp? = nil
  ) -> [Reading] {
    let start = start ?? self.start
    var readings: [Reading] = []
    machine.append(from: start, to: start + minutes * minute, &readings)
    return readings
  }

  private func only(_ signal: SimulatedSignal, _ readings: [Reading]) -> [Reading] {
    readings.filter { $0.type == signal.rawValue }
  }

  private func gaps(_ readings: [Reading]) -> [Int64] {
    zip(readings.dropFirst(), readings).map { $0.time - $1.time }
  }

  @Test func powerStandsOnAnEvenGridOfTenMilliseconds() {
    let power = only(.power, readings(of: Machine(number: 0, seed: 1)))
    #expect(power.count == 60_000)
    #expect(gaps(power).allSatisfy { $0 == 10_000 })
    #expect(power.allSatisfy { $0.time.microseconds % 10_000 == 0 })
  }

  @Test func everyRateStandsOnItsOwnGrid() throws {
    for hertz in [1, 8, 64, 125, 1000] {
      let rates = try Rates(
        powerHertz: hertz, stateChange: Rates.standard.stateChange, error: Rates.standard.error)
      let power = only(.power, readings(of: Machine(number: 0, seed: 1, rates: rates), minutes: 1))
      #expect(power.count == hertz * 60)
      #expect(gaps(power).allSatisfy { $0 == 1_000_000 / Int64(hertz) })
    }
  }

  @Test(arguments: 0..<20) func statesAlternateEveryOneToFiveSeconds(seed: UInt64) {
    let changes = only(.stateChange, readings(of: Machine(number: 3, seed: seed), minutes: 60))
    #expect(gaps(changes).allSatisfy { (1_000_000...5_000_000).contains($0) })
    #expect(changes.allSatisfy { $0.value == 0 || $0.value == 1 })
    #expect(zip(changes.dropFirst(), changes).allSatisfy { $0.value != $1.value })
    // Spread over the whole range, not always the mean.
    #expect(gaps(changes).contains { $0 < 2_000_000 } && gaps(changes).contains { $0 > 4_000_000 })
  }

  @Test(arguments: 0..<20) func errorsComeEveryTenToThirtySeconds(seed: UInt64) {
    let errors = only(.error, readings(of: Machine(number: 0, seed: seed), minutes: 60))
    #expect(gaps(errors).allSatisfy { (10_000_000...30_000_000).contains($0) })
    #expect(errors.allSatisfy { (1...100).contains($0.value) && $0.value == $0.value.rounded() })
    #expect(Set(errors.map(\.value)).count > 40)
  }

  @Test func powerIsBelievable() {
    let machine = Machine(number: 0, seed: 7)
    let power = only(.power, readings(of: machine, minutes: 60))
    #expect(power.allSatisfy { (100...500).contains($0.value) })
    let settled = power.filter { reading in
      machine.isWorking(at: reading.time) == machine.isWorking(at: reading.time + -900_000)
        && machine.isWorking(at: reading.time) == machine.isWorking(at: reading.time + -450_000)
    }
    let working = settled.filter { machine.isWorking(at: $0.time) }.map(\.value)
    let idle = settled.filter { !machine.isWorking(at: $0.time) }.map(\.value)
    #expect(working.count > 10_000 && idle.count > 10_000)
    // An idle machine draws less than a working one at any time, once the drive has run down.
    #expect(idle.max()! < working.min()!)
    // Two neighbours differ by noise and lag, not by a jump.
    #expect(zip(power.dropFirst(), power).allSatisfy { abs($0.value - $1.value) < 90 })
    #expect(Set(power.prefix(1000).map(\.value)).count > 200)
  }

  @Test func theSameSeedGivesTheSameStreamFromAnyBeginning() {
    let machine = Machine(number: 5, seed: 42)
    let whole = readings(of: machine, minutes: 3).sorted { ($0.type, $0.time) < ($1.type, $1.time) }
    var pieces: [Reading] = []
    var time = start
    for length in [1, 99_999, 100_000, 333_333, 5_000_000]
      + [Int64](repeating: 7_654_321, count: 22)
    {
      machine.append(from: time, to: time + length, &pieces)
      time = time + length
    }
    machine.append(from: time, to: start + 3 * minute, &pieces)
    #expect(pieces.sorted { ($0.type, $0.time) < ($1.type, $1.time) } == whole)
  }

  @Test func anotherSeedOrMachineGivesAnotherStream() {
    let one = readings(of: Machine(number: 0, seed: 1), minutes: 1).map(\.value)
    #expect(one != readings(of: Machine(number: 0, seed: 2), minutes: 1).map(\.value))
    #expect(one != readings(of: Machine(number: 1, seed: 1), minutes: 1).map(\.value))
  }

  @Test func aFaultIsAnErrorAndStopsTheMachineForItsTime() {
    let calm = Machine(number: 0, seed: 1)
    // A moment in the middle of work.
    var time = start
    while !(calm.isWorking(at: time) && calm.isWorking(at: time + -500_000)) {
      time = time + 10_000
    }
    let end = time + 20_000_000
    let machine = Machine(
      number: 0, seed: 1, faults: [Fault(machine: 0, code: 77, time: time, end: end)])
    let all = readings(of: machine, minutes: 2)
    #expect(only(.error, all).contains { $0.value == 77 && $0.time == time })
    let changes = only(.stateChange, all)
    #expect(changes.contains { $0.value == 0 && $0.time == time })
    #expect(!changes.contains { $0.time > time && $0.time < end })
    #expect(zip(changes.dropFirst(), changes).allSatisfy { $0.value != $1.value })
    let duringStop = only(.power, all).filter { $0.time > time + 1_000_000 && $0.time < end }
    #expect(!duringStop.isEmpty && duringStop.allSatisfy { $0.value < 160 })
    #expect(
      zip(only(.power, all).dropFirst(), only(.power, all)).allSatisfy {
        abs($0.value - $1.value) < 90
      })
    // What lies outside is as it was.
    #expect(
      all.filter { $0.time < time } == readings(of: calm, minutes: 2).filter { $0.time < time })
  }

  @Test func aFaultWithoutAStopOnlyAddsItsError() {
    let fault = Fault(machine: 0, code: 5, time: start + 1_234_567)
    var expected = readings(of: Machine(number: 0, seed: 1))
    expected.append(
      Reading(machine: 0, type: SimulatedSignal.error.rawValue, value: 5, time: fault.time))
    let found = readings(of: Machine(number: 0, seed: 1, faults: [fault]))
    #expect(Set(found) == Set(expected))
    #expect(found.count == expected.count)
  }

  @Test func aFaultOfAnotherMachineChangesNothing() {
    let fault = Fault(machine: 1, code: 5, time: start + 1, end: start + minute)
    #expect(
      readings(of: Machine(number: 0, seed: 1, faults: [fault]))
        == readings(of: Machine(number: 0, seed: 1)))
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
    #expect(error.description.hasSuffix("not \(hertz)"))
  }

  @Test(arguments: [(0, 1), (5, 1), (1, 1e6), (.nan, 1), (1, .nan), (-1, 1)] as [(Double, Double)])
  func aGapThatCannotBeIsRefused(min: Double, max: Double) {
    #expect(throws: InvalidRate.self) { try Rates.Gap(min: min, max: max) }
  }
}
