import Foundation
import Postgres
import TestSupport

/// An accessor without nginx and without a producer: it is asked at its socket.
final class StandaloneAccessor {
  let directory: TemporaryDirectory
  let process: ChildProcess

  /// Starts it, and waits for its socket.
  ///
  /// - Parameter settings: Where its database is, and whatever else is to differ.
  init(_ server: PostgresServer, _ database: String, settings: [String: String?] = [:]) throws {
    directory = try TemporaryDirectory()
    process = try ChildProcess(
      ChildProcess.product("signals-accessor"),
      environment: SignalsSystem.environment(server, database, directory, settings),
      directory: directory.path)
    let socket = directory.file("accessor.sock")
    guard eventually({ FileManager.default.fileExists(atPath: socket) }) else {
      throw SetupFailure("no socket: \(process.errors)")
    }
  }

  var log: String { process.errors }

  func ask(_ target: String) throws -> FastCGIClient.Answer {
    try FastCGIClient.exchange(
      OwnedSocket(connectedTo: directory.file("accessor.sock")), "GET", target)
  }

  /// An answer's JSON object; empty when it is none.
  func object(_ target: String) throws -> [String: Any] {
    let json = try? JSONSerialization.jsonObject(with: Data(ask(target).body.utf8))
    return json as? [String: Any] ?? [:]
  }

  /// Makes a database and its tables.
  static func migrate(_ server: PostgresServer, _ database: String) throws {
    let directory = try TemporaryDirectory()
    let outcome = try ChildProcess.run(
      ChildProcess.product("signals-producer"), ["migrate"],
      environment: SignalsSystem.environment(server, database, directory),
      directory: directory.path)
    guard outcome.status == 0 else { throw SetupFailure(outcome.errors) }
  }
}
