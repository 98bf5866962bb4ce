import Glibc

/// A socket of a test's, closed with it.
public final class OwnedSocket: Sendable {
  public let descriptor: Int32

  private init(owning descriptor: Int32) { self.descriptor = descriptor }

  private init(_ family: Int32, _ type: __socket_type = SOCK_STREAM) throws {
    descriptor = socket(family, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SetupFailure.ofSystem("socket") }
  }

  deinit { close(descriptor) }

  /// Takes connections at `path` into its backlog; nobody answers them before ``accept()``.
  public convenience init(listeningAt path: String) throws {
    try self.init(AF_UNIX)
    let bound = OwnedSocket.withAddress(of: path) { bind(descriptor, $0, $1) }
    guard bound == 0, listen(descriptor, 64) == 0 else { throw SetupFailure.ofSystem("listen") }
  }

  /// Receives datagrams at `name`: a path, or an abstract name behind `@`.
  public static func receivingDatagrams(at name: String) throws -> OwnedSocket {
    let socket = try OwnedSocket(AF_UNIX, SOCK_DGRAM)
    let bound = withAddress(of: name) { bind(socket.descriptor, $0, $1) }
    guard bound == 0 else { throw SetupFailure.ofSystem("bind \(name)") }
    return socket
  }

  /// Takes connections at a port of 127.0.0.1 that nobody else has; see ``port``.
  public static func listeningOnFreePort() throws -> OwnedSocket {
    let socket = try OwnedSocket(AF_INET)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    let bound = withAddress(of: &address) { bind(socket.descriptor, $0, $1.pointee) }
    guard bound == 0, listen(socket.descriptor, 64) == 0 else {
      throw SetupFailure.ofSystem("listen")
    }
    return socket
  }

  /// Connects to whoever listens at `path`.
  public convenience init(connectedTo path: String) throws {
    try self.init(AF_UNIX)
    let connected = OwnedSocket.withAddress(of: path) { connect(descriptor, $0, $1) }
    guard connected == 0 else { throw SetupFailure.ofSystem("connect \(path)") }
  }

  /// Its own TCP port.
  public var port: Int {
    var address = sockaddr_in()
    let named = OwnedSocket.withAddress(of: &address) { getsockname(descriptor, $0, $1) }
    precondition(named == 0 && Int32(address.sin_family) == AF_INET)
    return Int(UInt16(bigEndian: address.sin_port))
  }

  /// Waits for the next connection; nil once the socket was shut down.
  public func accept() -> OwnedSocket? {
    let connection = Glibc.accept(descriptor, nil, nil)
    return connection < 0 ? nil : OwnedSocket(owning: connection)
  }

  /// Ends the connection, or the listening; wakes a thread that waits in it, as closing would not.
  public func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Sends all of `bytes`, waiting as long as it takes.
  public func send(_ bytes: [UInt8]) throws {
    var offset = 0
    while offset < bytes.count {
      let sent = bytes[offset...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { throw SetupFailure.ofSystem("send") }
      offset += sent
    }
  }

  /// Receives what comes next, at most `count` bytes; empty at the end of the stream.
  ///
  /// - Parameter seconds: 0 waits for ever.
  /// - Throws: ``SetupFailure`` when nothing came for `seconds`.
  public func receive(_ count: Int = 65536, seconds: Int = 20) throws -> [UInt8] {
    var timeout = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var buffer = [UInt8](repeating: 0, count: count)
    let received = recv(descriptor, &buffer, count, 0)
    if received < 0 {
      // The peer closed with something of ours unread: the end of the stream as well.
      if errno == ECONNRESET { return [] }
      throw SetupFailure.ofSystem("receive")
    }
    return Array(buffer.prefix(received))
  }

  private static func withAddress(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    precondition(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: path.utf8)
      if path.hasPrefix("@") { $0[0] = 0 }
    }
    let size = MemoryLayout<sa_family_t>.size + path.utf8.count
    return withAddress(of: &address) { address, _ in body(address, socklen_t(size)) }
  }

  private static func withAddress<Address>(
    of address: inout Address,
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> Int32 {
    var size = socklen_t(MemoryLayout<Address>.size)
    return withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &size) }
    }
  }
}

/// A TCP port of 127.0.0.1 that nobody has, as long as the system gives it to nobody else.
public func freePort() throws -> Int { try OwnedSocket.listeningOnFreePort().port }
