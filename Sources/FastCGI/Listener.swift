internal import CFastCGI
internal import CLinux
public import EventLoop
internal import Glibc
internal import Synchronization
public import SystemPackage

/// A unix socket on which a web server's FastCGI connections arrive.
///
/// Not `FCGX_OpenSocket`: that removes the path before it has a new one, takes the permissions
/// from the umask, and ends the process when it fails.
public final class Listener: Sendable {
  /// What has become of the path since the last look.
  public enum Tenure: Sendable, Equatable {
    case kept
    /// It was gone, or led nowhere, and is ours again.
    case restored
    /// Another process has taken it over, as it was asked to: it gets the connections from now on.
    case taken(by: Int32?)
  }

  public let path: String
  /// The process that the path was taken over from.
  public let predecessor: Int32?
  private let socket: OwnedDescriptor
  private let place: SocketPath
  private let permissions: UInt32
  private let backlog: Int32
  /// Which file is ours, for the path alone does not tell; nil when it was made by another process.
  private let inode: Mutex<SocketPath.Inode?>
  private let restorations = Atomic<UInt64>(0)

  /// Listens at `path`; a socket that a process has left behind there is replaced without a gap.
  ///
  /// - Parameters:
  ///   - isTakingOver: Also replaces the socket of a process that lives, which is to end then.
  ///   - permissions: Who may connect; the web server needs to be in the group.
  ///   - backlog: When it is full, nginx answers 502 at once.
  public init(
    path: String, isTakingOver: Bool = false, permissions: UInt32 = 0o660, backlog: Int32 = 1024
  ) throws(FastCGIError) {
    let place = SocketPath(path: path)
    let action = place.action
    guard !place.isTooLong else {
      throw FastCGIError(
        action, reason: "the path of a socket has at most \(SocketPath.longest) bytes")
    }
    guard place.hasDirectory else {
      throw FastCGIError(.noDirectory, action, reason: "there is no directory \(place.directory)")
    }
    try Listener.startLibrary(action)
    let lock = try SocketPathLock(place)
    switch try place.occupant() {
    case .nothing, .staleSocket: predecessor = nil
    case .process(let process) where isTakingOver: predecessor = process
    case .process(let process):
      let who = process.map { "process \($0)" } ?? "another process"
      throw FastCGIError(.inUse, action, reason: "\(who) serves it already")
    case .noSocket: throw FastCGIError(action, reason: "there is a file that is not a socket")
    }
    socket = try place.listen(permissions: permissions, backlog: backlog)
    lock.own()
    inode = Mutex(place.inode)
    self.path = path
    self.place = place
    self.permissions = permissions
    self.backlog = backlog
  }

  /// Takes over a socket on which the process that made it already listens, such as systemd.
  ///
  /// Others may share it: its path is theirs, and it is never shut down.
  public init(inheriting descriptor: Int32) throws(FastCGIError) {
    let action = "listening on the inherited descriptor \(descriptor)"
    try Listener.startLibrary(action)
    guard Listener.option(SO_ACCEPTCONN, of: descriptor) == 1,
      Listener.option(SO_DOMAIN, of: descriptor) == AF_UNIX,
      fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0,
      fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0
    else { throw FastCGIError(action, reason: "it is not a unix socket that listens") }
    socket = OwnedDescriptor(taking: descriptor)
    path = Listener.path(of: descriptor)
    place = SocketPath(path: path)
    predecessor = nil
    permissions = 0
    backlog = 0
    inode = Mutex(nil)
  }

  public var descriptor: Int32 { socket.rawValue }

  /// Counts how often another socket was put behind the descriptor, which a ``Poller`` does not notice.
  var generation: UInt64 { restorations.load(ordering: .acquiring) }

  /// Whether another process has made it, and may give it to a successor.
  public var isInherited: Bool { inode.withLock { $0 == nil } }

  /// Whether a connection waits to be taken.
  public var hasWaiting: Bool {
    (try? Readiness.wait(for: descriptor, .readable, until: .now)) == .ready
  }

  /// Takes the next connection, or gives nil when none is waiting.
  public func accept() throws(Errno) -> OwnedDescriptor? {
    while true {
      let descriptor = linux_accept(socket.rawValue)
      if descriptor >= 0 { return OwnedDescriptor(taking: descriptor) }
      switch Errno.current {
      case .wouldBlock: return nil
      // The peer was gone before we came.
      case .interrupted, .connectionAbort: continue
      case let error: throw error
      }
    }
  }

  /// Whether another process has put its own socket at the path: it gets the connections from now on.
  public var isReplaced: Bool {
    guard let own = inode.withLock({ $0 }), let now = place.inode else { return false }
    return now != own
  }

  /// Looks whether connections still reach this process, and puts a socket at the path again when
  /// nobody else has; to be called about once a second.
  ///
  /// - Throws: ``FastCGIError`` when the path is another's who was not asked to take it, or a socket
  ///   cannot be put there.
  public func keepPath() throws(FastCGIError) -> Tenure {
    guard let own = inode.withLock({ $0 }), place.inode != own else { return .kept }
    let lock = try SocketPathLock(place)
    switch try place.occupant() {
    case .process(let process):
      if lock.owner != getpid() { return .taken(by: process) }
      let who = process.map { "process \($0)" } ?? "another process"
      throw FastCGIError(
        .inUse, place.action, reason: "\(who) has put a socket of its own there")
    case .noSocket:
      throw FastCGIError(place.action, reason: "a file that is not a socket has taken its place")
    case .nothing, .staleSocket: break
    }
    let fresh = try place.listen(permissions: permissions, backlog: backlog)
    lock.own()
    // The number stays, so that every thread that accepts goes on with the new one.
    guard dup2(fresh.rawValue, socket.rawValue) >= 0,
      fcntl(socket.rawValue, F_SETFD, FD_CLOEXEC) == 0
    else {
      throw FastCGIError(place.action, .current)
    }
    inode.withLock { $0 = place.inode }
    restorations.wrappingAdd(1, ordering: .releasing)
    return .restored
  }

  /// Removes the path, unless it is not ours, or no longer.
  public func removePath() {
    guard let own = inode.withLock({ $0 }) else { return }
    let lock = try? SocketPathLock(place)
    if place.inode == own { unlink(path) }
    _ = consume lock
  }

  /// Of libfcgi only the initialisation concerns the process; its signal handlers never run, since the
  /// signals are blocked (see `SignalSource`).
  private static func startLibrary(_ action: String) throws(FastCGIError) {
    guard FCGX_Init() == 0 else { throw FastCGIError(action, reason: "libfcgi did not start") }
  }

  private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }

  /// Where the socket is bound; empty when it has no name in the file system.
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
