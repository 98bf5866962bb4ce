internal import CLinux
internal import EventLoop
internal import Glibc
internal import SystemPackage

/// The path of a unix socket: who is listening there, and how to replace it without a gap.
struct SocketPath: Sendable {
  /// What the path refers to.
  enum Occupant: Equatable {
    case nothing
    /// The socket of a process that has ended.
    case staleSocket
    /// A socket that accepts connections, and its process if known.
    case process(Int32?)
    case noSocket
  }

  struct Inode: Equatable {
    let device: dev_t
    let number: ino_t
  }

  /// The maximum length of a socket address, in bytes.
  static let longest = 107
  private static let suffix = ".new"

  let path: String

  /// For error messages.
  var action: String { "listening at \(path)" }

  private func error(_ errno: Errno) -> FastCGIError { FastCGIError(action, errno) }

  var isTooLong: Bool { path.utf8.count > SocketPath.longest - SocketPath.suffix.utf8.count }

  var directory: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  var hasDirectory: Bool {
    var status = stat()
    return stat(directory, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  var inode: Inode? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return Inode(device: status.st_dev, number: status.st_ino)
  }

  /// Tries to connect: a connection that is accepted or queued reaches a running process.
  func occupant() throws(FastCGIError) -> Occupant {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if Errno.current == .noSuchFileOrDirectory { return .nothing }
      throw error(.current)
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else { return .noSocket }
    let created = linux_unix_socket()
    guard created >= 0 else { throw error(.current) }
    let probe = OwnedDescriptor(taking: created)
    if SocketPath.withAddress(of: path, { connect(probe.rawValue, $0, $1) }) == 0 {
      let process = linux_peer_process(probe.rawValue)
      return .process(process > 0 ? process : nil)
    }
    switch Errno.current {
    case .connectionRefused: return .staleSocket
    case .noSuchFileOrDirectory: return .nothing
    // Its backlog is full.
    case .wouldBlock: return .process(nil)
    case let errno: throw error(errno)
    }
  }

  /// Creates a listening socket, and replaces whatever is at the path with it.
  func listen(permissions: UInt32, backlog: Int32) throws(FastCGIError) -> OwnedDescriptor {
    let created = linux_unix_socket()
    guard created >= 0 else { throw error(.current) }
    let socket = OwnedDescriptor(taking: created)
    let temporary = path + SocketPath.suffix
    unlink(temporary)
    guard SocketPath.withAddress(of: temporary, { bind(socket.rawValue, $0, $1) }) == 0,
      chmod(temporary, permissions) == 0,
      Glibc.listen(socket.rawValue, backlog) == 0,
      rename(temporary, path) == 0
    else {
      let errno = Errno.current
      unlink(temporary)
      throw error(errno)
    }
    return socket
  }

  private static func withAddress(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

/// Serializes processes that check and replace the same path: a lock on a file, which the kernel
/// releases when the process ends. The file names the process that last put its socket there.
struct SocketPathLock: ~Copyable {
  /// How long to wait for another process, which only checks, binds and renames.
  private static let timeout = Duration.seconds(5)

  private let file: OwnedDescriptor

  init(_ path: SocketPath) throws(FastCGIError) {
    let opened = open("\(path.path).lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard opened >= 0 else {
      throw FastCGIError("\(path.action): opening \(path.path).lock", .current)
    }
    if let errno = SocketPathLock.lock(opened) {
      close(opened)
      throw FastCGIError("\(path.action): locking \(path.path).lock", errno)
    }
    file = OwnedDescriptor(taking: opened)
  }

  private static func lock(_ descriptor: Int32) -> Errno? {
    let deadline = ContinuousClock.now + timeout
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let errno = Errno.current
      guard errno == .wouldBlock || errno == .interrupted, ContinuousClock.now < deadline else {
        return errno
      }
      usleep(5000)
    }
    return nil
  }

  var owner: Int32? {
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = pread(file.rawValue, &buffer, buffer.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: buffer.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self))
  }

  /// Records this process as the owner.
  func own() {
    let line = Array("\(getpid())\n".utf8)
    _ = ftruncate(file.rawValue, 0)
    _ = pwrite(file.rawValue, line, line.count, 0)
  }
}
