/// What a machine is doing, in the state model of PackML (ISA-TR88.00.02). The raw value is the state's
/// number there.
///
/// Suspended and Complete, with what leads there and away, are left out: these machines neither wait
/// for others nor come to the end of an order.
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

  /// As PackML spells it.
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
  /// How much time a state takes.
  enum Dwell {
    /// It is passed through: in this many microseconds, or less where there is no room for them.
    case transient(Int64)
    /// It is left by order: it gets what time remains, in proportion to those of its kind.
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

  /// The power, in milliwatts, that is drawn at the end of the state.
  ///
  /// - Parameter working: What is drawn in the Execute that is next.
  func power(working: Int64) -> Int64 {
    switch self {
    case .aborting, .aborted, .clearing, .stopping, .stopped: 110_000
    case .resetting, .idle: MachineState.idlePower
    case .holding, .held: 140_000
    case .starting, .unholding, .execute: working
    }
  }

  static let idlePower: Int64 = 130_000

  /// The standard deviation of what is drawn, in milliwatts.
  var noise: Int64 {
    switch self {
    case .execute: 9_000
    case .starting, .unholding, .holding, .stopping, .aborting: 4_000
    case .clearing, .resetting, .idle, .held: 3_000
    case .aborted, .stopped: 2_000
    }
  }
}
