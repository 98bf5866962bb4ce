public import Time

/// An error injected into a machine.
public struct Fault: Hashable, Sendable {
  /// The valid error codes.
  public static let codes = 1...100
  /// A spontaneous error is a warning, holds the machine, or aborts it.
  public static let warningCodes = 1...70
  public static let holdCodes = 71...90
  public static let abortCodes = 91...100
  /// In microseconds.
  public static let minStopDuration: Int64 = 10_000

  /// Counted from 0.
  public let machine: Int32
  /// One of ``codes``.
  public let code: Int
  public let time: Timestamp
  /// When the machine resumes; nil when the fault does not stop it.
  public let end: Timestamp?

  public init(machine: Int32, code: Int, time: Timestamp, end: Timestamp? = nil) {
    precondition(
      Fault.codes.contains(code) && (end.map { $0 - time >= Fault.minStopDuration } ?? true))
    self.machine = machine
    self.code = code
    self.time = time
    self.end = end
  }
}
