internal import Glibc
public import SystemPackage

/// A file descriptor with one owner, closed with it. The corresponding C function is `close`.
public struct OwnedDescriptor: ~Copyable, Sendable {
  public let rawValue: Int32

  /// Takes over `rawValue`, which nobody else closes from now on.
  public init(taking rawValue: Int32) {
    precondition(rawValue >= 0, "not a descriptor")
    self.rawValue = rawValue
  }

  deinit { close(rawValue) }

  /// Gives the descriptor away: whoever takes it closes it.
  public consuming func release() -> Int32 {
    let descriptor = rawValue
    discard self
    return descriptor
  }
}

extension Errno {
  /// Why the last call of this thread into C failed.
  public static var current: Errno { Errno(rawValue: errno) }
}
