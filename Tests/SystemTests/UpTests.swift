import Foundation
import TestSupport
import Testing

/// `scripts/up`, in a copy of the tree that has the programs of this test run in the place of a build.
@Suite struct UpTests {
  private let tree: TemporaryDirectory
  private let ports: [Int]

  init() throws {
    tree = try TemporaryDirectory()
    ports = try (0..<2).map { _ in try freePort() }
    // As root, PostgreSQL's user has to get in.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tree.path)
    for folder in ["scripts", "nginx"] {
      try FileManager.default.copyItem(
        atPath: NginxServer.repository.appendingPathComponent(folder).path,
        toPath: tree.file(folder))
    }
    try tree.makeDirectory(".build/release")
    for program in ["signals-accessor", "signals-cli"] {
      try FileManager.default.createSymbolicLink(
        atPath: tree.file(".build/release/\(program)"),
        withDestinationPath: ChildProcess.product(program))
    }
    try makeProgram("bin/swift", "exit 0")
    // It waits to be let go, other than for its migrations.
    try makeProgram(
      ".build/release/signals-producer",
      """
      if [ $# -eq 0 ]; then until [ -e '\(tree.file("go"))' ]; do sleep 0.1; done; fi
      exec '\(ChildProcess.product("signals-producer"))' "$@"
      """)
  }

  private func makeProgram(_ name: String, _ script: String) throws {
    try tree.makeDirectory((name as NSString).deletingLastPathComponent)
    try tree.write("#!/bin/sh\n\(script)\n", to: name)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: tree.file(name))
  }

  private func ask(_ path: String, _ options: String...) throws -> String {
    try ChildProcess.run(
      "curl",
      ["-s", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}"] + options + [
        "http://127.0.0.1:\(ports[0])\(path)"
      ]
    ).output
  }

  @Test func itIsUpOnceBothServicesAnswer() throws {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let up = try ChildProcess(
      tree.file("scripts/up"),
      environment: [
        "PATH": "\(tree.file("bin")):\(path)", "RUN_DIR": tree.file("run"),
        "SERVER_PORT": "\(ports[0])", "SERVER_TLS_PORT": "\(ports[1])",
        "SERVER_NAMES": "plant.example", "DB_HOST": nil, "CONTROL_TOKEN": nil,
      ])
    // It asks for the producer, which nothing else does yet.
    #expect(
      eventually(within: 60) {
        let log = (try? tree.read("run/log/access.log")) ?? []
        return String(decoding: log, as: UTF8.self).contains(#""request":"GET /producer HTTP"#)
      }, "\(up.output)\(up.errors)")
    #expect(try ask("/health") == "200")
    #expect(up.isRunning && !tree.has("run/ready"))
    try tree.write("", to: "go")
    #expect(eventually(within: 60) { tree.has("run/ready") }, "\(up.output)\(up.errors)")
    let token = String(decoding: try tree.read("run/control-token"), as: UTF8.self)
    let bearer = "Authorization: Bearer \(token.trimmingCharacters(in: .newlines))"
    #expect(try ask("/producer", "-H", bearer) == "200")
    // A name that it was given, and one that was not.
    #expect(try ask("/signals", "-H", "Host: plant.example") == "200")
    #expect(try ask("/signals", "-H", "Host: evil.example") == "421")
    up.signal(SIGTERM)
    #expect(up.wait().status == 0)
  }
}
