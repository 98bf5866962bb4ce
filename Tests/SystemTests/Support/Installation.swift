import Foundation
import TestSupport

/// What `scripts/install --prefix` puts below a directory, and the services that it describes: a stand-in
/// for systemd starts them by the units' own command lines, with what systemd would hand over.
final class Installation {
  let root: TemporaryDirectory
  private let scratch: TemporaryDirectory
  private let programs: String

  static let programs = ["signals-accessor", "signals-producer", "signals-cli"]
  static let manualPages = [
    "man8/signals-accessor.8", "man8/signals-producer.8", "man1/signals-cli.1",
  ]

  /// - Parameter isWorking: Whether the programs of this build are installed, which are large, or
  ///   stand-ins that do nothing.
  init(isWorking: Bool) throws {
    root = try TemporaryDirectory()
    scratch = try TemporaryDirectory()
    programs =
      isWorking
      ? URL(fileURLWithPath: ChildProcess.product("signals-cli")).deletingLastPathComponent().path
      : scratch.path
    if !isWorking { try Self.makeStandIns(in: scratch) }
    _ = try install()
  }

  static func makeStandIns(in directory: TemporaryDirectory) throws {
    for page in manualPages { try directory.makeDirectory(page.components(separatedBy: "/")[0]) }
    for (program, page) in zip(programs, manualPages) {
      try FileManager.default.copyItem(atPath: "/bin/true", toPath: directory.file(program))
      try directory.write(
        """
        .Dd November 26, 2026
        .Dt \(program.uppercased()) \(page.suffix(1))
        .Os
        .Sh NAME
        .Nm \(program)
        .Nd stands in for a page

        """, to: page)
    }
  }

  /// Installs once more, and gives what the script says.
  func install(_ options: String...) throws -> String {
    try Self.run("install", options + ["--programs", programs, "--prefix", root.path])
  }

  func uninstall(_ options: String...) throws -> String {
    try Self.run("uninstall", options + ["--prefix", root.path])
  }

  /// Runs one of the repository's scripts, which has to succeed.
  static func run(_ script: String, _ arguments: [String]) throws -> String {
    let path = NginxServer.repository.appendingPathComponent("scripts/\(script)").path
    return try ChildProcess.output(of: path, arguments)
  }

  /// Every file that is there, as it would lie below `/`.
  var files: Set<String> {
    get throws {
      let list = try ChildProcess.output(of: "find", [root.path, "-type", "f", "-printf", "/%P\n"])
      return Set(list.split(separator: "\n").map(String.init))
    }
  }

  /// Where the units are, below the root.
  static let unitDirectory = "usr/local/lib/systemd/system"

  func unit(_ name: String) throws -> SystemdUnit {
    try SystemdUnit(root.file("\(Self.unitDirectory)/\(name)"))
  }

  /// Makes the socket that a unit describes, but in a directory of the test's.
  func listen(_ unit: String) throws -> (socket: OwnedSocket, path: String) {
    let name = try self.unit(unit).value("ListenStream")
    let path = scratch.file((name as NSString).lastPathComponent)
    return (try OwnedSocket(listeningAt: path), path)
  }

  /// Starts what a unit describes.
  ///
  /// - Parameters:
  ///   - socket: The one that the unit gets from its socket unit.
  ///   - credentials: Those among `LoadCredential=` that are in the machine's store.
  func start(
    _ name: String, handing socket: OwnedSocket? = nil, credentials: [String: String] = [:]
  )
    throws -> ChildProcess
  {
    let unit = try unit(name)
    var environment: [String: String?] = ["HOME": "/nonexistent"]
    for assignment in unit.values("Environment").flatMap({ $0.split(separator: " ") }) {
      set(String(assignment), in: &environment)
    }
    for file in unit.values("EnvironmentFile") {
      let path = root.path + file.drop { $0 == "-" }
      for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      where !line.hasPrefix("#") { set(String(line), in: &environment) }
    }
    environment["CREDENTIALS_DIRECTORY"] = try credentialsDirectory(of: unit, credentials)
    let command = try unit.value("ExecStart").split(separator: " ").map(String.init)
    let program = root.file("usr/local/bin/\(command[0])")
    guard let socket else {
      return try ChildProcess(
        program, Array(command.dropFirst()), environment: environment, directory: "/")
    }
    // As systemd does, and it concerns everybody who has the socket already.
    let isNonBlocking = unit.values("NonBlocking") == ["yes"]
    _ = fcntl(socket.descriptor, F_SETFL, isNonBlocking ? O_NONBLOCK : 0)
    return try ChildProcess(
      "bash",
      ["-c", #"exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@""#, "bash", program]
        + command.dropFirst(),
      environment: environment, directory: "/", inheriting: socket)
  }

  private func set(_ assignment: String, in environment: inout [String: String?]) {
    let parts = assignment.split(separator: "=", maxSplits: 1).map(String.init)
    environment[parts[0]] = parts[1].replacingOccurrences(of: "%S", with: root.file("var/lib"))
  }

  private func credentialsDirectory(of unit: SystemdUnit, _ store: [String: String]) throws
    -> String
  {
    let directory = "credentials/\(UUID())"
    try root.makeDirectory(directory)
    for line in unit.values("LoadCredential") {
      let parts = line.split(separator: ":").map(String.init)
      guard let secret = store[parts[1]] else { continue }
      let path = try root.write(secret, to: "\(directory)/\(parts[0])")
      try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
    }
    return root.file(directory)
  }
}

/// The assignments of a unit file, in their order.
struct SystemdUnit {
  private let assignments: [(key: String, value: String)]

  init(_ path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacingOccurrences(of: "\\\n", with: " ")
    assignments = text.split(separator: "\n").compactMap { line in
      guard let sign = line.firstIndex(of: "="), !line.hasPrefix("#") else { return nil }
      return (String(line[..<sign]), String(line[line.index(after: sign)...]))
    }
  }

  func values(_ key: String) -> [String] {
    assignments.filter { $0.key == key }.map(\.value)
  }

  /// The only value of a key.
  func value(_ key: String) throws -> String {
    let all = values(key)
    guard all.count == 1 else { throw SetupFailure("\(key) has \(all.count) values") }
    return all[0]
  }
}
