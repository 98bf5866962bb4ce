internal import SystemPackage

/// Why a FastCGI socket could not be opened.
public struct FastCGIError: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// Another process is listening there.
    case inUse
    /// The directory does not exist.
    case noDirectory
    case failed
  }

  public let kind: Kind
  /// What was attempted, with the path.
  public let action: String
  public let reason: String

  init(_ action: String, _ errno: Errno) {
    self.init(action, reason: "\(errno)")
  }

  init(_ action: String, reason: String) {
    self.init(.failed, action, reason: reason)
  }

  init(_ kind: Kind, _ action: String, reason: String) {
    self.kind = kind
    self.action = action
    self.reason = reason
  }

  public var description: String { "\(action): \(reason)" }
}
