import Foundation

/// A program that a test runs; ended with the last reference to it.
public final class ChildProcess {
  /// What a program that has ended left behind.
  public struct Outcome: Sendable {
    /// The exit status, or the signal's number and 128 as a shell would say.
    public let status: Int32
    public let output: String
    public let errors: String
  }

  private let process = Process()
  private let scratch: TemporaryDirectory

  /// Starts `executable`: a path, or a name that is looked up in `PATH`.
  ///
  /// - Parameters:
  ///   - environment: Replaces or, where the value is nil, removes variables of the test's own.
  ///   - inheriting: A socket that it has as its standard input, in the place of `input`.
  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String?] = [:],
    directory: String? = nil, input: String = "", inheriting socket: OwnedSocket? = nil
  ) throws {
    scratch = try TemporaryDirectory()
    // The test's threads block some signals, and a child would inherit that.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["--default-signal", executable] + arguments
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    // Files, not pipes: a program that writes much never waits for the test to read.
    for name in ["output", "errors"] { try scratch.write("", to: name) }
    process.standardInput =
      try socket.map { FileHandle(fileDescriptor: $0.descriptor, closeOnDealloc: false) }
      ?? FileHandle(forReadingAtPath: scratch.write(input, to: "input"))
    process.standardOutput = FileHandle(forWritingAtPath: scratch.file("output"))
    process.standardError = FileHandle(forWritingAtPath: scratch.file("errors"))
    try process.run()
    LeakedProcesses.add(process.processIdentifier)
  }

  deinit {
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    LeakedProcesses.remove(process.processIdentifier)
  }

  public var pid: Int32 { process.processIdentifier }
  public var isRunning: Bool { process.isRunning }

  /// What it has written to standard output so far.
  public var output: String { read("output") }
  /// What it has written to standard error so far.
  public var errors: String { read("errors") }

  public func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for its end; a program that is still there after so many seconds is killed.
  public func wait(within seconds: Double = 60) -> Outcome {
    if !eventually(within: seconds, { !process.isRunning }) { signal(SIGKILL) }
    process.waitUntilExit()
    let status = process.terminationStatus
    return Outcome(
      status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
      output: output, errors: errors)
  }

  /// Runs a program to its end.
  public static func run(
    _ executable: String, _ arguments: [String] = [], environment: [String: String?] = [:],
    directory: String? = nil, input: String = ""
  ) throws -> Outcome {
    try ChildProcess(
      executable, arguments, environment: environment, directory: directory, input: input
    ).wait()
  }

  /// Runs a program that has to succeed, and gives its output.
  ///
  /// - Throws: ``SetupFailure`` with what it complained about when it did not.
  @discardableResult
  public static func output(
    of executable: String, _ arguments: [String] = [], directory: String? = nil, input: String = ""
  ) throws -> String {
    let outcome = try run(executable, arguments, directory: directory, input: input)
    guard outcome.status == 0 else { throw SetupFailure("\(executable): \(outcome.errors)") }
    return outcome.output
  }

  /// The absolute path of one of the package's own programs, as built for this test run.
  public static func product(_ name: String) -> String {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }.map {
      URL(fileURLWithPath: $0)
    }
    return (bundle ?? tests).deletingLastPathComponent().appendingPathComponent(name).path
  }

  private func read(_ name: String) -> String {
    let data = FileManager.default.contents(atPath: scratch.file(name)) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }
}

/// Asks `condition` again and again until it holds or `seconds` have passed; whether it held.
public func eventually(within seconds: Double = 20, _ condition: () throws -> Bool) rethrows -> Bool
{
  let deadline = ContinuousClock.now + .seconds(seconds)
  while true {
    if try condition() { return true }
    if ContinuousClock.now >= deadline { return false }
    usleep(10_000)
  }
}

extension ChildProcess {
  /// A program of the Python packages that scripts/test installs.
  public static func python(_ program: String) throws -> String {
    let path = "\(FileManager.default.currentDirectoryPath)/.build/python/bin/\(program)"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw SetupFailure("there is no \(path); scripts/test installs it")
    }
    return path
  }
}
