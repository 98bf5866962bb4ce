import Signals
import Simulation
import Testing
import Time

@Suite struct FleetTests {
  @Test func itIsAllMachinesOfThePlanOneAfterTheOther() {
    let readings = Plan(machines: 3, seed: 9).readings(minutes: 1)
    #expect(readings.map(\.machine) == readings.map(\.machine).sorted())
    #expect(Set(readings.map(\.machine)) == [0, 1, 2])
    for machine in Int32(0)..<3 {
      for signal in SimulatedSignal.allCases {
        let times = readings.only(signal, of: machine).map(\.time)
        #expect(!times.isEmpty && times == times.sorted())
      }
    }
  }

  @Test func whileThePlanDoesNotRunNothingIsGivenOff() {
    var plan = Plan(machines: 3, seed: 9)
    plan.isRunning = false
    #expect(plan.readings(minutes: 1).isEmpty)
  }

  @Test func anEmptyWindowHasNothing() {
    // Even where something happens.
    for signal in SimulatedSignal.allCases {
      let first = Plan(seed: 9).readings().only(signal)[0]
      #expect(Plan(seed: 9).readings(from: first.time, to: first.time).isEmpty)
      #expect(Plan(seed: 9).readings(from: first.time, to: first.time + 1).contains(first))
    }
  }

  /// If this fails, what databases hold is no longer what this program would make.
  @Test func theStreamOfASeedIsTheSameForEver() {
    let plan = Plan(
      machines: 3, seed: 42,
      events: [
        .init(.at(noon + 7 * second), .all, .fault(code: 95, stop: 9 * second)),
        .init(.at(noon + 20 * second), .only([1]), .stop(5 * second)),
        .init(.at(noon + 30 * second), .only([0, 2]), .load(factor: 0.3, for: nil)),
      ],
      faults: [Fault(machine: 0, code: 12, time: noon + 1)])
    // FNV-1a over all there is to a reading.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    let readings = plan.readings(minutes: 2).ordered
    for reading in readings {
      for part in [
        UInt64(reading.time.microseconds), UInt64(reading.machine), UInt64(reading.type),
        reading.value.bitPattern,
      ] {
        hash = (hash ^ part) &* 0x100_0000_01B3
      }
    }
    #expect(readings.count == 36_138)
    #expect(hash == 7_077_790_595_075_041_024)
  }
}
