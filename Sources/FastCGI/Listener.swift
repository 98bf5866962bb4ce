internal import CFastCGI
internal import CLinux
public import EventLoop
internal import Glibc
internal import Synchronization
public import SystemPackage

/// A unix socket for FastCGI connections from a web server.
///
/// Not `FCGX_OpenSocket`, which unlinks the path before the new socket exists, takes permissions from
/// the umask, and exits the process on failure.
public final class Listener: Sendable {
  /// What has happened to the path since the last check.
  public enum Tenure: Sendable, Equatable {
    case kept
    /// The path was missing or stale, and has been restored.
    case restored
    /// Another process has taken over as requested, and receives new connections.
    case taken(by: Int32?)
  }

  public let path: String
  /// The process that the path was taken over from.
  public let predecessor: Int32?
  private let socket: OwnedDescriptor
  private let place: SocketPath
  private let permissions: UInt32
  private let backlog: Int32
  /// Identifies our socket file, as the path alone does not; nil for an inherited socket.
  private let inode: Mutex<SocketPath.Inode?>
  private let restorations = Atomic<UInt64>(0)

  /// Listens at `path`; a stale socket is replaced without a gap.
  ///
  /// - Parameters:
  ///   - isTakingOver: Whether to replace the socket of a running process, which is about to end.
  ///   - permissions: Who may connect; the web server must be in the group.
  ///   - backlog: When it is full, nginx responds with 502.
  public init(
    path: String, isTakingOver: Bool = false, permissions: UInt32 = 0o660, backlog: Int32 = 1024
  ) throws(FastCGIError) {
    let place = SocketPath(path: path)
    let action = place.action
    guard !place.isTooLong else {
      throw FastCGIError(
        action, reason: "socket path must be at most \(SocketPath.longest) bytes")
    }
    guard place.hasDirectory else {
      throw FastCGIError(.noDirectory, action, reason: "no such directory: \(place.directory)")
    }
    try Listener.startLibrary(action)
    let lock = try SocketPathLock(place)
    switch try place.occupant() {
    case .nothing, .staleSocket: predecessor = nil
    case .process(let process) where isTakingOver: predecessor = process
    case .process(let process):
      let who = process.map { "process \($0)" } ?? "another process"
      throw FastCGIError(.inUse, action, reason: "\(who) is already listening")
    case .noSocket: throw FastCGIError(action, reason: "not a socket")
    }
    socket = try place.listen(permissions: permissions, backlog: backlog)
    lock.own()
    inode = Mutex(place.inode)
    self.path = path
    self.place = place
    self.permissions = permissions
    self.backlog = backlog
  }

  /// Takes over a listening socket from the process that created it, such as systemd.
  ///
  /// The socket may be shared: its path is not ours, and it is never shut down.
  public init(inheriting descriptor: Int32) throws(FastCGIError) {
    let action = "listening on the inherited descriptor \(descriptor)"
    try Listener.startLibrary(action)
    guard Listener.option(SO_ACCEPTCONN, of: descriptor) == 1,
      Listener.option(SO_DOMAIN, of: descriptor) == AF_UNIX,
      fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0,
      fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0
    else { throw FastCGIError(action, reason: "not a listening unix socket") }
    socket = OwnedDescriptor(taking: descriptor)
    path = Listener.path(of: descriptor)
    place = SocketPath(path: path)
    predecessor = nil
    permissions = 0
    backlog = 0
    inode = Mutex(nil)
  }

  public var descriptor: Int32 { socket.rawValue }

  /// Counts how often the socket behind the descriptor was replaced, which a ``Poller`` does not
  /// notice.
  var generation: UInt64 { restorations.load(ordering: .acquiring) }

  /// Whether another process created the socket and may pass it on.
  public var isInherited: Bool { inode.withLock { $0 == nil } }

  /// Whether a connection is waiting.
  public var hasWaiting: Bool {
    (try? Readiness.wait(for: descriptor, .readable, until: .now)) == .ready
  }

  /// Accepts the next connection; nil when none is waiting.
  public func accept() throws(Errno) -> OwnedDescriptor? {
    while true {
      let descriptor = linux_accept(socket.rawValue)
      if descriptor >= 0 { return OwnedDescriptor(taking: descriptor) }
      switch Errno.current {
      case .wouldBlock: return nil
      // The peer closed it before we accepted it.
      case .interrupted, .connectionAbort: continue
      case let error: throw error
      }
    }
  }

  /// Whether another process has replaced the socket and receives new connections.
  public var isReplaced: Bool {
    guard let own = inode.withLock({ $0 }), let now = place.inode else { return false }
    return now != own
  }

  /// Checks that connections still reach this process, and restores the path if nothing else is there;
  /// call it about once a second.
  ///
  /// - Throws: ``FastCGIError`` when another process has taken the path unasked, or it cannot be
  ///   restored.
  public func keepPath() throws(FastCGIError) -> Tenure {
    guard let own = inode.withLock({ $0 }), place.inode != own else { return .kept }
    let lock = try SocketPathLock(place)
    switch try place.occupant() {
    case .process(let process):
      if lock.owner != getpid() { return .taken(by: process) }
      let who = process.map { "process \($0)" } ?? "another process"
      throw FastCGIError(
        .inUse, place.action, reason: "\(who) has replaced the socket")
    case .noSocket:
      throw FastCGIError(place.action, reason: "replaced by a file that is not a socket")
    case .nothing, .staleSocket: break
    }
    let fresh = try place.listen(permissions: permissions, backlog: backlog)
    lock.own()
    // The descriptor stays the same, so that all accepting threads continue with the new socket.
    guard dup2(fresh.rawValue, socket.rawValue) >= 0,
      fcntl(socket.rawValue, F_SETFD, FD_CLOEXEC) == 0
    else {
      throw FastCGIError(place.action, .current)
    }
    inode.withLock { $0 = place.inode }
    restorations.wrappingAdd(1, ordering: .releasing)
    return .restored
  }

  /// Removes the path if it is still ours.
  public func removePath() {
    guard let own = inode.withLock({ $0 }) else { return }
    let lock = try? SocketPathLock(place)
    if place.inode == own { unlink(path) }
    _ = consume lock
  }

  /// Only libfcgi's initialization affects the process; its signal handlers never run, since the
  /// signals are blocked (see `SignalSource`).
  private static func startLibrary(_ action: String) throws(FastCGIError) {
    guard FCGX_Init() == 0 else {
      throw FastCGIError(action, reason: "libfcgi failed to initialize")
    }
  }

  private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }

  /// The bound path; empty when the socket has no name in the file system.
  private static func path(of descriptor: Int32) -> String {
    var address = sockaddr_un()
    var size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let failure = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    guard failure == 0 else { return "" }
    return withUnsafeBytes(of: &address.sun_path) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
