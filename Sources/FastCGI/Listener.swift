internal import CFastCGI
internal import CLinux
public import EventLoop
internal import Glibc
public import SystemPackage

/// A unix socket on which a web server's FastCGI connections arrive.
///
/// Not `FCGX_OpenSocket`: that removes the path before it has a new one, takes the permissions
/// from the umask, and ends the process when it fails.
public final class Listener: Sendable {
  /// The longest path that fits into a socket's address, in bytes.
  public static let longestPath = 107

  public let path: String
  private let socket: OwnedDescriptor
  /// Which file is ours, for the path alone does not tell; nil when it was made by another process.
  private let inode: (device: dev_t, number: ino_t)?

  /// Listens at `path`; a socket of an earlier process there is replaced without a gap.
  ///
  /// - Parameters:
  ///   - permissions: Who may connect; the web server needs to be in the group.
  ///   - backlog: When it is full, nginx answers 502 at once.
  public init(
    path: String, permissions: UInt32 = 0o660, backlog: Int32 = 1024
  ) throws(FastCGIError) {
    let action = "listening at \(path)"
    guard path.utf8.count <= Listener.longestPath - Listener.suffix.utf8.count else {
      throw FastCGIError(
        action, reason: "the path of a socket has at most \(Listener.longestPath) bytes")
    }
    try Listener.startLibrary(action)
    let created = linux_unix_socket()
    guard created >= 0 else { throw FastCGIError(action, .current) }
    let socket = OwnedDescriptor(taking: created)
    let temporary = path + Listener.suffix
    unlink(temporary)
    guard Listener.bind(socket.rawValue, to: temporary) == 0,
      chmod(temporary, permissions) == 0,
      listen(socket.rawValue, backlog) == 0,
      rename(temporary, path) == 0
    else {
      let error = Errno.current
      unlink(temporary)
      throw FastCGIError(action, error)
    }
    var mine = stat()
    stat(path, &mine)
    inode = (mine.st_dev, mine.st_ino)
    self.path = path
    self.socket = socket
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
    inode = nil
  }

  public var descriptor: Int32 { socket.rawValue }

  /// Whether another process has made it, and may give it to a successor.
  public var isInherited: Bool { inode == nil }

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
    guard let inode else { return false }
    var now = stat()
    return stat(path, &now) == 0 && (now.st_ino != inode.number || now.st_dev != inode.device)
  }

  /// Removes the path, unless it is not ours, or no longer.
  public func removePath() {
    if !isInherited, !isReplaced { unlink(path) }
  }

  private static let suffix = ".new"

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

  private static func bind(_ descriptor: Int32, to path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
