import Foundation
import TestSupport

/// The program FastCGITestResponder as a process of its own; ended with the last reference to it.
final class TestResponder {
  let path: String
  let process: ChildProcess
  private let directory: TemporaryDirectory

  /// Starts it and waits until it listens.
  ///
  /// - Parameters:
  ///   - streaming: After so many seconds without progress a reader is dropped.
  ///   - draining: So many seconds after SIGTERM it ends.
  init(streaming: Int = 30, draining: Int = 5) throws {
    let directory = try TemporaryDirectory()
    self.directory = directory
    path = directory.file("s")
    process = try ChildProcess(
      ChildProcess.product("FastCGITestResponder"), [path, "\(streaming)", "\(draining)"])
    guard eventually({ directory.has("s") || !process.isRunning }), process.isRunning else {
      throw SetupFailure("the test responder does not start: \(process.errors)")
    }
  }

  func connect() throws -> OwnedSocket { try OwnedSocket(connectedTo: path) }

  /// What it has said so far: a line for each streamed reply that has ended, and more.
  var lines: [String] { process.output.split(separator: "\n").map(String.init) }

  /// Waits until it has said `line`; whether it has.
  func says(_ line: String) -> Bool { eventually { lines.contains(line) } }

  /// Resident memory in KiB.
  var residentMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
      .flatMap { Int($0) } ?? 0
  }
}

/// Bytes that tell where they belong: each is its position modulo 251, as the test responder has them.
func pattern(_ count: Int) -> [UInt8] {
  let block = (0..<251 * 64).map { UInt8($0 % 251) }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + block.count)
  while bytes.count < count { bytes.append(contentsOf: block) }
  bytes.removeLast(bytes.count - count)
  return bytes
}
