import Foundation
import TestSupport
import Testing

/// The services as processes: their signals, their files. The database is away all the time.
@Suite struct ProcessTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// Starts a service, with a mask that keeps nobody out.
  private func start(_ program: String, _ settings: [String: String] = [:]) throws -> ChildProcess {
    try ChildProcess(
      "bash", ["-c", #"umask 000; exec "$0""#, ChildProcess.product(program)],
      environment: [
        "DB_HOST": directory.path, "RUN_DIR": directory.path,
        "CONTROL_TOKEN": SignalsSystem.token, "LOG_FILE": directory.file("log"),
      ].merging(settings) { $1 }, directory: directory.path)
  }

  private func log(_ name: String = "log") -> String {
    (try? String(contentsOfFile: directory.file(name), encoding: .utf8)) ?? ""
  }

  private static func beginning(of program: String) -> String {
    program == "signals-accessor" ? "serving at" : "simulating 1 machine"
  }

  private func isServing(_ program: String) -> Bool {
    let socket = program == "signals-accessor" ? "accessor.sock" : "producer.sock"
    let target = program == "signals-accessor" ? "/health/live" : "/producer"
    let token = ("HTTP_AUTHORIZATION", "Bearer \(SignalsSystem.token)")
    guard let connection = try? OwnedSocket(connectedTo: directory.file(socket)) else {
      return false
    }
    return (try? FastCGIClient.exchange(connection, "GET", target, [token]).status) == 200
  }

  @Test(arguments: ["signals-accessor", "signals-producer"])
  func aHangUpOpensTheLogAnew(program: String) throws {
    let service = try start(program)
    #expect(eventually { log().contains(Self.beginning(of: program)) })
    for number in 1...2 {
      try FileManager.default.moveItem(
        atPath: directory.file("log"), toPath: directory.file("log.\(number)"))
      service.signal(SIGHUP)
      #expect(eventually { log().contains("LOG_FILE reopened") })
      #expect(!log("log.\(number)").contains("LOG_FILE reopened") || number > 1)
    }
    #expect(isServing(program))
    // What cannot be opened is said, and changes nothing.
    try directory.remove("log")
    try directory.makeDirectory("log")
    service.signal(SIGHUP)
    #expect(eventually { service.errors.contains("cannot reopen LOG_FILE: Is a directory") })
    #expect(isServing(program))
    service.signal(SIGTERM)
    #expect(service.wait().status == 0)
  }

  @Test(arguments: ["signals-accessor", "signals-producer"])
  func aHangUpReadsTheKeysAgain(program: String) throws {
    let keys = try directory.write(SigningKey().jwks, to: "keys.json")
    let service = try start(program, ["TOKEN_KEYS": keys])
    #expect(eventually { log().contains(Self.beginning(of: program)) })
    try directory.write(#"{"keys":[]}"#, to: "keys.json")
    service.signal(SIGHUP)
    #expect(eventually { log().contains("access rules reloaded clients=0 keys=0") })
    #expect(service.isRunning)
  }

  @Test func withNoMaskNothingIsOpenToOthers() throws {
    let programs = ["signals-accessor", "signals-producer"]
    let services = try programs.map { try start($0) }
    #expect(eventually { programs.allSatisfy(isServing) })
    let open = try ChildProcess.output(
      of: "find",
      [
        directory.path, "-mindepth", "1", "(", "-perm", "/007", "-o", "-type", "s", "-not", "-perm",
        "660", "-o", "-not", "-type", "s", "-perm", "/020", ")", "-printf", "%M %P\n",
      ])
    #expect(open == "")
    #expect(services.allSatisfy { $0.isRunning })
  }

  @Test func theDirectoriesOfScriptsUpAreClosedToOthersWhateverTheMask() throws {
    try directory.makeDirectory("run/log")
    chmod(directory.file("run/log"), 0o777)
    let modes = try ChildProcess.output(
      of: "bash",
      [
        "-c",
        #"""
        set -euo pipefail
        umask 000
        root=$1 RUN_DIR=$2
        source "$root/scripts/lib/say.sh"
        source "$root/scripts/lib/run-dir.sh"
        rm -rf "$RUN_DIR.new"
        for RUN_DIR in "$RUN_DIR" "$RUN_DIR.new"; do
          run_dir_make
          echo >"$RUN_DIR/lock"
          find "$RUN_DIR" -perm /022 -printf '%m %P\n'
        done
        stat -c '%a' "$RUN_DIR" "$RUN_DIR/log" "$RUN_DIR/pids" "$RUN_DIR/lock" | xargs
        """#, "bash", NginxServer.repository.path, directory.file("run"),
      ])
    #expect(modes == "755 750 750 644\n")
  }

  @Test func aSpoolDirectoryThatIsAFileIsNamed() throws {
    try directory.write("", to: "file")
    for path in [directory.file("file"), directory.file("file/below")] {
      let outcome = try start("signals-producer", ["SPOOL_DIR": path]).wait()
      #expect(outcome.status == 1)
      #expect(
        outcome.errors
          == "signals-producer: cannot use spool directory \(path): Not a directory; set SPOOL_DIR\n"
      )
    }
    let below = try start("signals-producer", ["SPOOL_DIR": directory.file("a/b/c")])
    #expect(eventually { log().contains("simulating 1 machine") })
    #expect(below.isRunning && directory.has("a/b/c/spool.sqlite"))
  }

  @Test(arguments: ["signals-accessor", "signals-producer"])
  func whatIsWrongInTheFileOfSettingsIsNamedWithItsLine(program: String) throws {
    try directory.write("# settings\r\nDB_PORT=5433\r\nDB_HOTS=a\r\n", to: ".env")
    let wrong = try start(program).wait()
    #expect(wrong.status == 78)
    #expect(
      wrong.errors == "\(program): .env:3: unknown setting DB_HOTS; did you mean DB_HOST?\n")
    try directory.write("DB_PORT=5433\n", to: ".env")
    chmod(directory.file(".env"), 0o666)
    let open = try start(program).wait()
    #expect(open.status == 78)
    #expect(
      open.errors == "\(program): .env is writable by other users; run chmod go-w .env\n")
  }
}
