import Signals
import Simulation
import Time

/// A moment to begin tests at.
let noon = Timestamp(microseconds: 1_795_514_400_000_000)
let second: Int64 = 1_000_000
let minute = 60 * second

extension Plan {
  init(machines: Int = 1, seed: UInt64, events: [Scenario.Event] = [], faults: [Fault] = []) {
    self.init(machines: machines, seed: seed, rates: .standard)
    scenario = Scenario(events)
    self.faults = faults
  }

  /// What it gives off, cut into windows at `cuts`.
  func readings(from start: Timestamp, to end: Timestamp, cuts: [Timestamp] = []) -> [Reading] {
    var fleet = Fleet(self)
    var readings: [Reading] = []
    var from = start
    for cut in cuts + [end] {
      fleet.append(from: from, to: cut, &readings)
      from = cut
    }
    return readings
  }

  func readings(minutes: Int64 = 10) -> [Reading] {
    readings(from: noon, to: noon + minutes * minute)
  }
}

extension [Reading] {
  func only(_ signal: SimulatedSignal, of machine: Int32 = 0) -> [Reading] {
    filter { $0.type == signal.rawValue && $0.machine == machine }
  }

  /// In microseconds.
  var gaps: [Int64] { zip(dropFirst(), self).map { $0.time - $1.time } }

  /// In an order that does not depend on how they were asked for.
  var ordered: [Reading] {
    sorted { ($0.time, $0.machine, $0.type) < ($1.time, $1.machine, $1.type) }
  }
}
