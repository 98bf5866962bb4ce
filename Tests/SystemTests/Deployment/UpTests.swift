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

  private func environment() -> [String: String?] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return [
      "PATH": "\(tree.file("bin")):\(path)", "RUN_DIR": tree.file("run"),
      "SERVER_PORT": "\(ports[0])", "SERVER_TLS_PORT": "\(ports[1])",
      "SERVER_NAMES": "plant.example", "DB_HOST": nil, "CONTROL_TOKEN": nil,
      // The machine of the tests may be busy.
      "ACCESSOR_QUERY_TIMEOUT_MS": "20000",
    ]
  }

  private func start() throws -> ChildProcess {
    try ChildProcess(tree.file("scripts/up"), environment: environment())
  }

  @Test func aNewAccessorTakesOverWithoutALostRequestAndOnlyWhenAskedTo() throws {
    try tree.write("", to: "go")
    let up = try start()
    #expect(eventually(within: 60) { tree.has("run/ready") }, "\(up.output)\(up.errors)")
    let uninvited = try ChildProcess.run(
      ChildProcess.product("signals-accessor"), environment: environment(), directory: tree.path)
    #expect(uninvited.status == 1)
    #expect(uninvited.errors.contains("is already listening"), "\(uninvited.errors)")
    let load = try ChildProcess(
      "curl",
      [
        "-s", "--noproxy", "*", "--rate", "200/s", "-w", "%{stderr}%{http_code}\n",
      ]
        + (0..<100).flatMap { _ in
          ["-o", "/dev/null", "http://127.0.0.1:\(ports[0])/signals/power?limit=[1-1000]"]
        })
    // Standard output would wait in curl until there is much of it.
    func expectProgress() {
      let before = load.errors.utf8.count
      #expect(eventually(within: 60) { load.errors.utf8.count > before + 200 })
    }
    for _ in 0..<3 {
      expectProgress()
      let restart = try ChildProcess.run(
        tree.file("scripts/restart-accessor"), environment: environment())
      #expect(restart.status == 0, "\(restart.errors)")
    }
    expectProgress()
    load.signal(SIGKILL)
    _ = load.wait()
    let statuses = load.errors.split(separator: "\n").dropLast()
    #expect(statuses.allSatisfy { $0 == "200" }, "\(Set(statuses))")
    let log = String(decoding: try tree.read("run/log/accessor.log"), as: UTF8.self)
    #expect(log.matches(of: /took over .*accessor.sock from process/).count == 3, "\(log)")
    up.signal(SIGTERM)
    let end = up.wait()
    #expect(end.status == 0, "\(end.output.suffix(2000))\(end.errors)")
  }

  @Test func itReadsTheFileOfSettingsAsTheProgramsDo() throws {
    try tree.write("# settings\r\nDB_HOTS=a\r\n", to: ".env")
    try FileManager.default.copyItem(
      at: NginxServer.repository.appendingPathComponent(".env.example"),
      to: URL(fileURLWithPath: tree.file(".env.example")))
    let outcome = try start().wait()
    #expect(outcome.status == 78)
    #expect(
      outcome.errors
        == "up: \(tree.file(".env")):2: unknown setting DB_HOTS; did you mean DB_HOST?\n")
  }

  @Test func itIsUpOnceBothServicesAnswer() throws {
    let up = try start()
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
