internal import CLinux
internal import Synchronization
public import SystemPackage

/// A thread of our own, for work that blocks and so has no place among the cooperative ones.
/// The corresponding C type is `pthread_t`.
public final class WorkerThread: Sendable {
  private let thread: pthread_t
  private let isJoined = Atomic(false)

  /// Starts a thread.
  ///
  /// - Parameter name: As `top -H` and a debugger show it, at most 15 bytes.
  public init(name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
    precondition(name.utf8.count <= 15, "a thread's name has at most 15 bytes")
    var created = pthread_t()
    let start = Unmanaged.passRetained(Start(body))
    let failure = pthread_create(
      &created, nil,
      { argument in
        Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, start.toOpaque())
    guard failure == 0 else {
      start.release()
      throw Errno(rawValue: failure)
    }
    pthread_setname_np(created, name)
    thread = created
  }

  deinit {
    // Nobody waits for it any more: its resources go when it ends.
    if !isJoined.load(ordering: .acquiring) { pthread_detach(thread) }
  }

  /// Waits until its body has returned; only the first call waits.
  public func join() {
    if isFirstToJoin() { pthread_join(thread, nil) }
  }

  /// Waits until its body has returned, but no longer than `timeout`; only the first call waits.
  ///
  /// - Returns: Whether it has ended. If not, it goes on, and nobody can wait for it any more.
  public func join(within timeout: Duration) -> Bool {
    guard isFirstToJoin() else { return true }
    var deadline = timespec()
    clock_gettime(CLOCK_MONOTONIC, &deadline)
    let (seconds, attoseconds) = timeout.components
    let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
    deadline.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
    deadline.tv_nsec = nanoseconds % 1_000_000_000
    if pthread_clockjoin_np(thread, nil, CLOCK_MONOTONIC, &deadline) == 0 { return true }
    pthread_detach(thread)
    return false
  }

  private func isFirstToJoin() -> Bool {
    isJoined.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
      .exchanged
  }

  private final class Start {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
