import Glibc

/// A unix stream socket of a test's, closed with it.
public final class OwnedSocket: Sendable {
  public let descriptor: Int32

  private init() throws {
    descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SetupFailure("socket: errno \(errno)") }
  }

  deinit { close(descriptor) }

  /// Takes connections at `path` into its backlog; nobody answers them.
  public convenience init(listeningAt path: String) throws {
    try self.init()
    let bound = OwnedSocket.withAddress(of: path) { bind(descriptor, $0, $1) }
    guard bound == 0, listen(descriptor, 16) == 0 else {
      throw SetupFailure("listen: errno \(errno)")
    }
  }

  /// Connects to whoever listens at `path`.
  public convenience init(connectedTo path: String) throws {
    try self.init()
    let connected = OwnedSocket.withAddress(of: path) { connect(descriptor, $0, $1) }
    guard connected == 0 else { throw SetupFailure("connect \(path): errno \(errno)") }
  }

  /// Sends all of `bytes`, waiting as long as it takes.
  public func send(_ bytes: [UInt8]) throws {
    var offset = 0
    while offset < bytes.count {
      let sent = bytes[offset...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { throw SetupFailure("send: errno \(errno)") }
      offset += sent
    }
  }

  /// Receives what comes next, at most `count` bytes; empty at the end of the stream.
  ///
  /// - Throws: ``SetupFailure`` when nothing came for `seconds`.
  public func receive(_ count: Int = 65536, seconds: Int = 20) throws -> [UInt8] {
    var patience = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var buffer = [UInt8](repeating: 0, count: count)
    let received = recv(descriptor, &buffer, count, 0)
    if received < 0 {
      // The peer closed with something of ours unread: the end of the stream as well.
      if errno == ECONNRESET { return [] }
      throw SetupFailure("receive: errno \(errno)")
    }
    return Array(buffer.prefix(received))
  }

  private static func withAddress(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    precondition(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
