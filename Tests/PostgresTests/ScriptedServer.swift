import Postgres
import TestSupport

/// A server's side of PostgreSQL's protocol, as far as one session and one failing statement need it.
final class ScriptedServer: Sendable {
  private let directory: TemporaryDirectory
  private let listener: OwnedSocket
  private let session = Box()

  private final class Box: @unchecked Sendable {
    // Set by the thread that accepts, read after it was joined.
    var socket: OwnedSocket?
  }

  init() throws {
    directory = try TemporaryDirectory()
    listener = try OwnedSocket(listeningAt: directory.file(".s.PGSQL.5432"))
  }

  var parameters: ConnectionParameters {
    ConnectionParameters(host: directory.path, port: "5432", user: "x", database: "x")
  }

  /// Lets a client in without asking for a password.
  func startSession() throws {
    guard let socket = listener.accept() else { throw SetupFailure("nobody came") }
    _ = try socket.receive()
    try socket.send(message("R", [0, 0, 0, 0]))
    try socket.send(message("Z", Array("I".utf8)))
    session.socket = socket
  }

  /// The statement fails, but the server does not say yet that it is ready for the next.
  func sendResultWithoutItsEnd() throws {
    _ = try session.socket?.receive()
    try session.socket?.send(message("E", Array("SERROR\0C57014\0Mcanceled\0\0".utf8)))
  }

  func sendEnd() throws { try session.socket?.send(message("Z", Array("I".utf8))) }

  private func message(_ kind: String, _ content: [UInt8]) -> [UInt8] {
    let length = content.count + 4
    return Array(kind.utf8) + [0, 0, UInt8(length >> 8), UInt8(length & 0xFF)] + content
  }
}
