internal import Glibc
internal import Signals

/// The electrical power of a machine: it follows the state with a lag, and is noisy.
struct PowerModel {
  /// A stretch of time in which the state does not change.
  struct Phase {
    let begin: Timestamp
    let end: Timestamp
    let isWorking: Bool
    let wasWorking: Bool
    /// Numbers of the planned loads in this phase and just before it.
    let load: Int64
    let loadBefore: Int64
  }

  /// All values in watts; no reading leaves `range`.
  private static let range = 100.0...500.0
  private static let idle = 130.0
  private static let lightestLoad = 280.0
  private static let heaviestLoad = 440.0
  private static let idleNoise = 3.0
  private static let workingNoise = 9.0
  /// The time constant with which a drive comes up or runs down, in microseconds.
  private static let lag = 150_000.0

  private let randomness: Randomness

  init(_ randomness: Randomness) { self.randomness = randomness }

  /// The power at `time`, rounded to a tenth of a watt as a meter would.
  func watts(_ tick: Int64, at time: Timestamp, in phase: Phase) -> Double {
    let target = level(phase.isWorking, phase.load)
    let before = level(phase.wasWorking, phase.loadBefore)
    let settled = 1 - exp(-Double(time - phase.begin) / PowerModel.lag)
    let noise = phase.isWorking ? PowerModel.workingNoise : PowerModel.idleNoise
    let watts =
      before + (target - before) * settled + noise * randomness.normal(.noise, tick)
    return (min(max(watts, PowerModel.range.lowerBound), PowerModel.range.upperBound) * 10)
      .rounded() / 10
  }

  private func level(_ isWorking: Bool, _ load: Int64) -> Double {
    guard isWorking else { return PowerModel.idle }
    let share = randomness.unit(.load, load)
    return PowerModel.lightestLoad
      + (PowerModel.heaviestLoad - PowerModel.lightestLoad) * share
  }
}
