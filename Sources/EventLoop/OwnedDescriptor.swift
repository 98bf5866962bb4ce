internal import Glibc
public import SystemPackage

/// A file descriptor with a single owner; closed by `deinit`. The corresponding C function is `close`.
public struct OwnedDescriptor: ~Copyable, Sendable {
  public let rawValue: Int32

  /// Takes ownership of `rawValue`.
  public init(taking rawValue: Int32) {
    precondition(rawValue >= 0, "not a descriptor")
    self.rawValue = rawValue
  }

  deinit { close(rawValue) }

  /// Gives up ownership: the caller closes the descriptor.
  public consuming func release() -> Int32 {
    let descriptor = rawValue
    discard self
    return descriptor
  }
}

extension Errno {
  /// The error of this thread's last C call.
  public static var current: Errno { Errno(rawValue: errno) }
}
