internal import CLinux
public import SystemPackage

/// Delivers signals through a descriptor instead of handlers. The corresponding C type is a `signalfd`.
///
/// Create it before any other thread: the signals are blocked in this thread and in those it starts.
public struct SignalSource: ~Copyable {
  private let descriptor: OwnedDescriptor

  public init(_ signals: [Int32]) throws(Errno) {
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in signals { sigaddset(&mask, signal) }
    let failure = pthread_sigmask(SIG_BLOCK, &mask, nil)
    guard failure == 0 else { throw Errno(rawValue: failure) }
    let created = linux_signalfd(&mask)
    guard created >= 0 else { throw Errno.current }
    descriptor = OwnedDescriptor(taking: created)
  }

  /// Waits for the next signal and returns its number; nil when `other` becomes readable first or
  /// `deadline` passes.
  public func next(
    or other: Int32? = nil, until deadline: ContinuousClock.Instant? = nil
  ) throws(Errno) -> Int32? {
    while true {
      var information = signalfd_siginfo()
      let size = MemoryLayout<signalfd_siginfo>.size
      if read(descriptor.rawValue, &information, size) == size {
        return Int32(information.ssi_signo)
      }
      let error = Errno.current
      guard error == .wouldBlock || error == .interrupted else { throw error }
      let readiness = try Readiness.wait(
        for: descriptor.rawValue, .readable, until: deadline ?? .now + .seconds(3600),
        interrupt: other)
      if readiness == .interrupted || readiness == .timedOut && deadline != nil { return nil }
    }
  }
}
