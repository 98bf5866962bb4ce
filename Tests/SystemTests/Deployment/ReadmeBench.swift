import Foundation
import TestSupport

/// A running system in a directory that looks to a command as the project's own does after `scripts/up`.
final class ReadmeBench {
  let system: SignalsSystem
  private let directory: TemporaryDirectory

  init(_ document: ReadmeDocument) throws {
    system = try SignalsSystem(server: PostgresServer.shared.get())
    directory = try TemporaryDirectory()
    try directory.makeDirectory(".build/release")
    try directory.makeDirectory("scripts")
    try directory.makeDirectory(".run")
    for program in ["signals-cli", "signals-producer"] {
      try FileManager.default.createSymbolicLink(
        atPath: directory.file(".build/release/\(program)"),
        withDestinationPath: ChildProcess.product(program))
    }
    try directory.write("\(SignalsSystem.token)\n", to: ".run/control-token")
    // The scenario that a document shows is the one that it begins.
    let scenario = ReadmeSample.blocks("json", of: document.text).first {
      $0.first?.contains("events") == true
    }
    try directory.write((scenario ?? []).joined(separator: "\n"), to: "night-shift.json")
  }

  /// The plant as it was at first, without keys and contexts.
  func begin() throws {
    for folder in ["root", "etc/signals", "signals"] {
      if directory.has(folder) { try directory.remove(folder) }
    }
    for folder in ["root", "etc/signals"] { try directory.makeDirectory(folder) }
    let orders: [(method: String, path: String, body: String?)] = [
      ("DELETE", "/producer/scenario", nil), ("POST", "/producer/start", nil),
      ("PATCH", "/producer", #"{"machines":1,"rates":{"power_hz":100}}"#),
    ]
    for (method, path, body) in orders {
      let answer = try system.control(method, path, body)
      guard answer.status == 200 else { throw SetupFailure("\(path): \(answer.body)") }
    }
  }

  struct Outcome {
    let status: Int32
    let lines: [String]
    let errors: String
  }

  func run(_ sample: ReadmeSample, isEndless: Bool = false) throws -> Outcome {
    if sample.command.hasPrefix("scripts/verify") { return try verify() }
    var command = sample.command
    for (there, here) in places { command = command.replacing(there, with: here) }
    if isEndless { command += " | head -n 1" }
    // As somebody sees it who tries it: on a terminal.
    try directory.write("stty cols 132; \(command)\n", to: "command")
    let outcome = try ChildProcess.run(
      "script", ["--quiet", "--return", "--command", "bash command", "/dev/null"],
      environment: [
        "SIGNALS_URL": system.nginx.url, "TZ": "UTC", "LC_ALL": "C.UTF-8",
        "XDG_CONFIG_HOME": directory.path, "SIGNALS_TOKEN": nil, "SIGNALS_TOKEN_FILE": nil,
        "SIGNALS_CONTEXT": nil, "http_proxy": nil,
        "TERM": "xterm", "NO_COLOR": "1", "PAGER": "cat",
        "PATH": "\(directory.file(".build/release")):/usr/bin:/bin",
      ], directory: directory.path)
    let output = outcome.output.replacing("\r\n", with: "\n")
    return Outcome(
      status: outcome.status, lines: constant(output), errors: outcome.errors + output)
  }

  /// What `scripts/verify` runs.
  private func verify() throws -> Outcome {
    let outcome = try system.runProducer(["verify"])
    return Outcome(
      status: outcome.status, lines: constant(outcome.output), errors: outcome.errors)
  }

  private func constant(_ output: String) -> [String] {
    var output = output
    for (there, here) in places { output = output.replacing(here, with: there) }
    return ReadmeSample.constant(
      output.components(separatedBy: "\n").dropLast(output.hasSuffix("\n") ? 1 : 0))
  }

  /// What a document says, and what it is here.
  private var places: [(there: String, here: String)] {
    [
      ("http://127.0.0.1:8080", system.nginx.url), ("/root/", directory.file("root/")),
      ("/etc/signals/", directory.file("etc/signals/")),
    ]
  }

  /// Whether it changes nothing, so that it may be asked again.
  func isQuestion(_ sample: ReadmeSample) -> Bool {
    let words = sample.command.split(separator: " ").map { $0.split(separator: "/").last ?? "" }
    guard words.count > 1 else { return words.first == "verify" }
    return words[0] == "curl"
      || words[0] == "signals-cli"
        && ["get", "check", "doctor", "health", "plot", "types"].contains(words[1])
  }

  /// A check's is that of what it says.
  func status(of sample: ReadmeSample) -> Int32 {
    let names = ["SIGNALS OK", "SIGNALS WARNING", "SIGNALS CRITICAL", "SIGNALS UNKNOWN"]
    let said = sample.output.first.flatMap { line in
      names.firstIndex { line.hasPrefix($0) }
    }
    return Int32(said ?? 0)
  }
}
