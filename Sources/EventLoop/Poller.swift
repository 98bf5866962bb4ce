internal import CLinux
public import SystemPackage

/// A set of descriptors that one thread waits on. The corresponding C type is an `epoll` instance.
public final class Poller {
  /// What to wait for, and how.
  public struct Interest: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = Interest(rawValue: linux_EPOLLIN)
    public static let writable = Interest(rawValue: linux_EPOLLOUT)
    /// Report changes of readiness rather than readiness.
    public static let edgeTriggered = Interest(rawValue: linux_EPOLLET)
    /// Wake only one of the threads that wait on the descriptor.
    public static let exclusive = Interest(rawValue: linux_EPOLLEXCLUSIVE)
  }

  /// A descriptor that became ready.
  public struct Event: Sendable {
    /// The token the descriptor was registered with.
    public let token: UInt64
    private let flags: UInt32

    init(token: UInt64, flags: UInt32) {
      self.token = token
      self.flags = flags
    }

    /// There is input, the end of the stream, or an error.
    public var isReadable: Bool { flags & (linux_EPOLLIN | linux_EPOLLHUP | linux_EPOLLERR) != 0 }
    /// There is room to write, or an error.
    public var isWritable: Bool { flags & (linux_EPOLLOUT | linux_EPOLLHUP | linux_EPOLLERR) != 0 }
    /// The peer has closed the connection. A peer that only shut down its sending side can still
    /// receive.
    public var isHungUp: Bool { flags & (linux_EPOLLHUP | linux_EPOLLERR) != 0 }
  }

  private let descriptor: OwnedDescriptor
  private let events: UnsafeMutableBufferPointer<epoll_event>

  /// - Parameter capacity: The maximum number of events per wait.
  public init(capacity: Int = 256) throws(Errno) {
    let created = epoll_create1(linux_EPOLL_CLOEXEC)
    guard created >= 0 else { throw Errno.current }
    descriptor = OwnedDescriptor(taking: created)
    events = .allocate(capacity: capacity)
  }

  deinit { events.deallocate() }

  /// Starts watching `fd`; its events carry `token`.
  public func add(_ fd: Int32, _ interest: Interest, token: UInt64) throws(Errno) {
    try control(EPOLL_CTL_ADD, fd, interest, token)
  }

  /// Changes what `fd` is watched for, and checks its state again.
  public func modify(_ fd: Int32, _ interest: Interest, token: UInt64) throws(Errno) {
    try control(EPOLL_CTL_MOD, fd, interest, token)
  }

  /// Stops watching `fd`, as does closing the last reference to it.
  public func remove(_ fd: Int32) {
    _ = epoll_ctl(descriptor.rawValue, EPOLL_CTL_DEL, fd, nil)
  }

  /// Waits for at least one event, or for `timeout`, and passes each event to `body`.
  ///
  /// - Parameters:
  ///   - timeout: Rounded up to milliseconds; nil waits indefinitely.
  ///   - woken: Called once after the wait, before the first event.
  public func wait(for timeout: Duration?, _ woken: () -> Void = {}, _ body: (Event) -> Void)
    throws(Errno)
  {
    let count = epoll_wait(
      descriptor.rawValue, events.baseAddress, Int32(events.count),
      timeout.map(\.pollMilliseconds) ?? -1)
    woken()
    guard count >= 0 else {
      let error = Errno.current
      if error == .interrupted { return }
      throw error
    }
    for event in events.prefix(Int(count)) {
      body(Event(token: event.data.u64, flags: event.events))
    }
  }

  private func control(_ operation: Int32, _ fd: Int32, _ interest: Interest, _ token: UInt64)
    throws(Errno)
  {
    var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: token))
    guard epoll_ctl(descriptor.rawValue, operation, fd, &event) == 0 else { throw Errno.current }
  }
}

extension Duration {
  /// The timeout for `poll` and `epoll_wait`, rounded up so that a wait never ends early and spins.
  var pollMilliseconds: Int32 {
    if self <= .zero { return 0 }
    let (seconds, attoseconds) = components
    if seconds >= 2_000_000 { return .max }
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
