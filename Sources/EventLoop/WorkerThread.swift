internal import CLinux
public import SystemPackage

/// A thread of our own, for work that blocks and so has no place among the cooperative ones.
/// The corresponding C type is `pthread_t`.
public struct WorkerThread: ~Copyable, Sendable {
  private let thread: pthread_t

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

  /// Waits until its body has returned.
  public consuming func join() { pthread_join(thread, nil) }

  private final class Start {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
