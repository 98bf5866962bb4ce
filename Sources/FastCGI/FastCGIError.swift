internal import SystemPackage

/// Why a FastCGI socket could not be opened.
public struct FastCGIError: Error, Sendable, CustomStringConvertible {
  /// What we were doing, with the path.
  public let action: String
  public let reason: String

  init(_ action: String, _ errno: Errno) {
    self.action = action
    reason = "\(errno)"
  }

  init(_ action: String, reason: String) {
    self.action = action
    self.reason = reason
  }

  public var description: String { "\(action): \(reason)" }
}
