internal import CLinux
internal import Synchronization
public import SystemPackage

/// A thread for blocking work, which must not run on the cooperative pool. The corresponding C type is
/// `pthread_t`.
public final class WorkerThread: Sendable {
  private let thread: pthread_t
  private let isJoined = Atomic(false)

  /// Starts a thread.
  ///
  /// - Parameter name: At most 15 bytes; shown by `top -H` and debuggers.
  public init(name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
    precondition(name.utf8.count <= 15, "thread name must be at most 15 bytes")
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
    // Not joined: its resources are released when it ends.
    if !isJoined.load(ordering: .acquiring) { pthread_detach(thread) }
  }

  /// Waits until the thread has ended. Only the first call waits.
  public func join() {
    if isFirstToJoin() { pthread_join(thread, nil) }
  }

  /// Waits until the thread has ended, for at most `timeout`. Only the first call waits.
  ///
  /// - Returns: Whether the thread has ended. If not, it is detached and keeps running.
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
