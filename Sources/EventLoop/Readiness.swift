internal import CLinux
public import SystemPackage

/// Waits on a single descriptor, for threads without an event loop.
public enum Readiness: Sendable {
  /// The descriptor is ready or broken; the next call on it tells which.
  case ready
  /// The deadline has passed.
  case timedOut
  /// The interrupt descriptor became readable first.
  case interrupted

  /// Waits until `fd` is ready for `interest`.
  ///
  /// The corresponding C function is `poll`.
  /// - Parameter interrupt: A descriptor that ends the wait when it becomes readable, such as that of a
  ///   ``Wakeup``.
  public static func wait(
    for fd: Int32, _ interest: Poller.Interest, until deadline: ContinuousClock.Instant,
    interrupt: Int32? = nil
  ) throws(Errno) -> Readiness {
    var events: Int32 = 0
    if interest.contains(.readable) { events |= POLLIN }
    if interest.contains(.writable) { events |= POLLOUT }
    while true {
      var descriptors = (
        pollfd(fd: fd, events: Int16(events), revents: 0),
        // poll ignores negative descriptors.
        pollfd(fd: interrupt ?? -1, events: Int16(POLLIN), revents: 0)
      )
      let timeout = (deadline - .now).pollMilliseconds
      let count = withUnsafeMutableBytes(of: &descriptors) {
        poll($0.assumingMemoryBound(to: pollfd.self).baseAddress, 2, timeout)
      }
      if count < 0 {
        let error = Errno.current
        if error == .interrupted { continue }
        throw error
      }
      if descriptors.0.revents != 0 { return .ready }
      if descriptors.1.revents != 0 { return .interrupted }
      if ContinuousClock.now >= deadline { return .timedOut }
    }
  }
}
