import Signals
import Simulation
import Synchronization

/// What is to be simulated.
struct Plan: Sendable, Equatable {
  static let machineCounts = 1...10_000
  /// Enough to play with; each costs a little at every batch.
  static let mostFaults = 1000

  /// What all machines together may give off.
  static let mostPowerReadingsPerSecond = 1_000_000

  var isRunning = true
  var machines: Int
  var seed: UInt64
  var rates: Rates
  /// Those that still have an effect.
  var faults: [Fault] = []

  init(machines: Int, seed: UInt64, rates: Rates) {
    self.machines = machines
    self.seed = seed
    self.rates = rates
  }

  /// Whether a machine of today can simulate it in real time.
  var isBearable: Bool { machines * rates.powerHertz <= Plan.mostPowerReadingsPerSecond }

  /// What ``isBearable`` asks for, for people.
  static let bearable = "at most \(mostPowerReadingsPerSecond) power readings a second in all"

  /// The name of a machine by its number, which counts from 0.
  static func machineName(_ number: Int32) -> String { "machine-\(number + 1)" }

  /// The number of a machine by its name; nil when it is not simulated.
  func machineNumber(_ name: String) -> Int32? {
    guard let number = name.wholeMatch(of: /machine-([1-9][0-9]{0,8})/).flatMap({ Int32($0.1) }),
      number <= machines
    else { return nil }
    return number - 1
  }

  /// Forgets the faults whose traces are gone: a minute later the power has long settled.
  mutating func forgetFaults(before time: Timestamp) {
    faults.removeAll { ($0.end ?? $0.time) + 60_000_000 < time }
  }
}

extension Rates {
  /// The same rates but for what is given.
  func changed(powerHertz: Int? = nil, stateChange: Gap? = nil, error: Gap? = nil)
    throws(InvalidRate) -> Rates
  {
    try Rates(
      powerHertz: powerHertz ?? self.powerHertz, stateChange: stateChange ?? self.stateChange,
      error: error ?? self.error)
  }
}

/// The plan, as several threads share it, and how far it has been carried out.
final class SharedPlan: Sendable {
  private struct State {
    var plan: Plan
    /// What lies before it is simulated, or being simulated: a change comes too late for it.
    var frontier = Timestamp(microseconds: 0)
  }

  private let state: Mutex<State>

  init(_ plan: Plan) { state = Mutex(State(plan: plan)) }

  var current: Plan { state.withLock { $0.plan } }

  /// The plan by which everything up to `end` is to be simulated.
  func claim(until end: Timestamp) -> Plan {
    state.withLock { state in
      state.frontier = max(state.frontier, end)
      state.plan.forgetFaults(before: end)
      return state.plan
    }
  }

  /// Changes the plan as one step; what `change` throws leaves it as it was.
  ///
  /// - Parameter change: Is given the plan, and the earliest moment that it can still affect.
  func change<E>(_ change: (inout Plan, Timestamp) throws(E) -> Void) throws(E) {
    let result: Result<Void, E> = state.withLock { state in
      var changed = state.plan
      do throws(E) { try change(&changed, state.frontier) } catch { return .failure(error) }
      state.plan = changed
      return .success(())
    }
    try result.get()
  }
}
