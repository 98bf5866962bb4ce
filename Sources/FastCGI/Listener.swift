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
  /// Which file is ours: the path alone does not tell.
  private let inode: (device: dev_t, number: ino_t)

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
    // Of libfcgi only the initialisation concerns the process; its signal handlers never run, since
    // the signals are blocked (see `SignalSource`).
    guard FCGX_Init() == 0 else { throw FastCGIError(action, reason: "libfcgi did not start") }
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

  public var descriptor: Int32 { socket.rawValue }

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
    var now = stat()
    return stat(path, &now) == 0 && (now.st_ino != inode.number || now.st_dev != inode.device)
  }

  /// Removes the path, unless another process has put its own socket there meanwhile.
  public func removePath() {
    if !isReplaced { unlink(path) }
  }

  private static let suffix = ".new"

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
