/// The state of a machine in the PackML model (ISA-TR88.00.02); the raw value is PackML's number.
///
/// Suspended and Complete and their transitions are omitted: these machines do not wait for others, and
/// their work does not complete.
public enum MachineState: UInt8, CaseIterable, Sendable {
  case clearing = 1
  case stopped = 2
  case starting = 3
  case idle = 4
  case execute = 6
  case stopping = 7
  case aborting = 8
  case aborted = 9
  case holding = 10
  case held = 11
  case unholding = 12
  case resetting = 15

  /// The PackML name.
  public var name: StaticString {
    switch self {
    case .clearing: "Clearing"
    case .stopped: "Stopped"
    case .starting: "Starting"
    case .idle: "Idle"
    case .execute: "Execute"
    case .stopping: "Stopping"
    case .aborting: "Aborting"
    case .aborted: "Aborted"
    case .holding: "Holding"
    case .held: "Held"
    case .unholding: "Unholding"
    case .resetting: "Resetting"
    }
  }
}

extension MachineState {
  /// How long a state lasts.
  enum Dwell {
    /// A transient state: this many microseconds, or less when time is short.
    case transient(Int64)
    /// A waiting state, left by command: a share of the remaining time.
    case waiting(share: Int64)
  }

  var dwell: Dwell {
    switch self {
    case .aborting: .transient(150_000)
    case .clearing: .transient(300_000)
    case .stopping: .transient(400_000)
    case .resetting: .transient(300_000)
    case .starting: .transient(600_000)
    case .holding, .unholding: .transient(250_000)
    case .aborted: .waiting(share: 3)
    case .stopped: .waiting(share: 2)
    case .idle, .held, .execute: .waiting(share: 1)
    }
  }

  /// The power at the end of the state, in milliwatts.
  ///
  /// - Parameter working: The power of the next Execute.
  func power(working: Int64) -> Int64 {
    switch self {
    case .aborting, .aborted, .clearing, .stopping, .stopped: 110_000
    case .resetting, .idle: MachineState.idlePower
    case .holding, .held: 140_000
    case .starting, .unholding, .execute: working
    }
  }

  static let idlePower: Int64 = 130_000

  /// The standard deviation of the power, in milliwatts.
  var noise: Int64 {
    switch self {
    case .execute: 9_000
    case .starting, .unholding, .holding, .stopping, .aborting: 4_000
    case .clearing, .resetting, .idle, .held: 3_000
    case .aborted, .stopped: 2_000
    }
  }
}
