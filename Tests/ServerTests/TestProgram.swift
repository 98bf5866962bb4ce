import Foundation
import Postgres
import TestSupport

/// The program ServerTestProgram as a process of its own; ended with the last reference to it.
final class TestProgram {
  let path: String
  let process: ChildProcess
  private let directory: TemporaryDirectory

  /// Starts it and waits until it answers.
  init(_ database: ConnectionParameters) throws {
    directory = try TemporaryDirectory()
    let path = directory.file("s")
    self.path = path
    process = try ChildProcess(
      ChildProcess.product("ServerTestProgram"),
      [path, database.host ?? "", database.database ?? ""])
    guard eventually({ (try? self.ask("/newest").status) == 200 }) else {
      throw SetupFailure("the test program does not answer: \(process.errors)")
    }
  }

  func connect() throws -> OwnedSocket { try OwnedSocket(connectedTo: path) }

  func ask(_ target: String) throws -> FastCGIClient.Answer {
    try FastCGIClient.exchange(connect(), "GET", target)
  }

  /// The most that it has had in RAM so far, in KiB.
  var mostMemory: Int {
    get throws {
      let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
      guard let line = status.firstMatch(of: /VmHWM:\s+(\d+) kB/), let size = Int(line.1) else {
        throw SetupFailure("no VmHWM in \(status)")
      }
      return size
    }
  }
}
