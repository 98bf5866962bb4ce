public import Signals

/// An error that somebody has put upon a machine.
public struct Fault: Hashable, Sendable {
  /// Counted from 0.
  public let machine: Int32
  /// 1 to 100.
  public let code: Int
  public let time: Timestamp
  /// When a machine that the fault stops goes on; nil when it does not stop.
  public let end: Timestamp?

  public init(machine: Int32, code: Int, time: Timestamp, end: Timestamp? = nil) {
    precondition((1...100).contains(code) && (end.map { $0 > time } ?? true))
    self.machine = machine
    self.code = code
    self.time = time
    self.end = end
  }
}
