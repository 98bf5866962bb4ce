internal import CLinux
public import SystemPackage

/// Wakes a thread that waits in a ``Poller``. The corresponding C type is an `eventfd`.
public final class Wakeup: Sendable {
  private let owned: OwnedDescriptor

  public init() throws(Errno) {
    let created = linux_eventfd()
    guard created >= 0 else { throw Errno.current }
    owned = OwnedDescriptor(taking: created)
  }

  /// Readable from the first ``signal()`` until ``reset()``.
  public var descriptor: Int32 { owned.rawValue }

  /// Makes the descriptor readable. Safe to call from any thread.
  public func signal() { _ = eventfd_write(owned.rawValue, 1) }

  /// Clears all signals so far.
  public func reset() {
    var value: eventfd_t = 0
    _ = eventfd_read(owned.rawValue, &value)
  }
}
