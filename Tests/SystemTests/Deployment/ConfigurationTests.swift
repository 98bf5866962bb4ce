import Foundation
import TestSupport
import Testing

/// A setting that cannot be used is one line that names it, and exit status 78.
@Suite struct ConfigurationTests {
  @Test(arguments: [
    ("signals-producer", "DB_PORT", "x", "a port from 1 to 65535"),
    ("signals-producer", "PRODUCER_MACHINES", "0", "an integer from 1 to 10000"),
    ("signals-producer", "PRODUCER_SEED", "-1", "an integer from 0 to 18446744073709551615"),
    ("signals-producer", "PRODUCER_BATCH_MS", "101", "an integer from 10 to 100"),
    ("signals-producer", "LOG_LEVEL", "loud", "one of trace, debug, info"),
    ("signals-producer", "LOG_FILE", "/nonexistent/log", "a writable file"),
    ("signals-accessor", "DB_PORT", "70000", "a port from 1 to 65535"),
    ("signals-accessor", "ACCESSOR_LANES", "-1", "an integer from 0 to 256"),
    ("signals-accessor", "ACCESSOR_CONNECTIONS_PER_LANE", "0", "an integer from 1 to 64"),
    ("signals-accessor", "ACCESSOR_QUERY_TIMEOUT_MS", "1", "an integer from 10 to 600000"),
    ("signals-accessor", "ACCESSOR_SCAN_CONNECTIONS_PER_LANE", "65", "an integer from 1 to 64"),
    ("signals-accessor", "ACCESSOR_SCAN_TIMEOUT_MS", "0", "an integer from 10 to 600000"),
    ("signals-accessor", "ACCESSOR_MAX_WAITING", "0", "an integer from 1 to 1000000"),
    ("signals-accessor", "LOG_LEVEL", "5", "one of trace, debug, info"),
  ])
  func aBadSettingIsNamed(program: String, name: String, value: String, expected: String) throws {
    let line = try complaint(program, name, value)
    #expect(line.hasPrefix("\(program): \(name) must be \(expected)"), "\(line)")
    #expect(line.contains(" (got \"\(value)\")"), "\(line)")
  }

  @Test(arguments: [
    ("PRODUCER_POWER_HZ", "3", "one of 1, 2, 4"),
    ("PRODUCER_MACHINES", "1001", "1001 machines at 1000 Hz are too many"),
  ])
  func aPlanThatCannotBeSimulatedIsNamed(name: String, value: String, expected: String) throws {
    let settings = name == "PRODUCER_MACHINES" ? ["PRODUCER_POWER_HZ": "1000"] : [:]
    let line = try complaint("signals-producer", name, value, settings)
    #expect(line.hasPrefix("signals-producer: \(name): "), "\(line)")
    #expect(line.contains(expected), "\(line)")
  }

  /// The only line that a program writes before it exits with status 78.
  private func complaint(
    _ program: String, _ name: String, _ value: String, _ settings: [String: String] = [:]
  ) throws -> String {
    let directory = try TemporaryDirectory()
    let outcome = try ChildProcess.run(
      ChildProcess.product(program),
      environment: settings.merging(
        [name: value, "RUN_DIR": directory.path, "DB_HOST": directory.path]) { $1 },
      directory: directory.path)
    #expect(outcome.status == 78)
    #expect(outcome.output == "")
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 1, "\(outcome.errors)")
    return lines.first.map { String($0) } ?? ""
  }

  @Test func aTokenThatCannotBeUsedIsNotShown() throws {
    let directory = try TemporaryDirectory()
    let outcome = try ChildProcess.run(
      ChildProcess.product("signals-producer"),
      environment: ["CONTROL_TOKEN": "hunter2", "RUN_DIR": directory.path],
      directory: directory.path)
    #expect(outcome.status == 78)
    #expect(
      outcome.errors.hasPrefix("signals-producer: CONTROL_TOKEN must be at least 16 printable"))
    #expect(!outcome.errors.contains("hunter2"))
  }

  @Test func theExampleNamesEverySettingThatTheProgramsRead() throws {
    let root = NginxServer.repository
    let example = try String(
      contentsOf: root.appendingPathComponent(".env.example"), encoding: .utf8)
    let named = Set(example.matches(of: /(?m)^#?([A-Z_]+)=/).map { String($0.1) })
    var read: Set<String> = []
    for folder in ["Server", "Accessor", "Producer"] {
      let directory = root.appendingPathComponent("Sources/\(folder)")
      for file in try FileManager.default.subpathsOfDirectory(atPath: directory.path)
      where file.hasSuffix(".swift") && !file.hasSuffix("SettingNames.swift") {
        let text = try String(contentsOf: directory.appendingPathComponent(file), encoding: .utf8)
        read.formUnion(
          text.matches(
            of:
              /"((?:DB|LOG|RUN|CONTROL|TOKEN|CLIENT|READ|ACCESSOR|PRODUCER|SERVER|SILENT|SPOOL)_[A-Z_]+)"/
          )
          .map { String($0.1) })
      }
    }
    #expect(!read.isEmpty)
    #expect(read.isSubset(of: named), "\(read.subtracting(named)) missing in .env.example")
    // What only scripts/up reads.
    let ofScripts: Set = ["SERVER_HOST", "SERVER_PORT", "SERVER_TLS_PORT", "SERVER_NAMES"]
    #expect(named.subtracting(read) == ofScripts)
    let names = try String(
      contentsOf: root.appendingPathComponent("Sources/Server/Settings/SettingNames.swift"),
      encoding: .utf8
    ).prefix { $0 != "]" }.matches(of: /"([A-Z_]+)"/).map { String($0.1) }
    #expect(Set(names) == named && names.count == named.count)
  }

  @Test func aSettingOfTheFileIsHeededAndTheEnvironmentWins() throws {
    let directory = try TemporaryDirectory()
    try directory.write("DB_PORT=fromfile\nLOG_LEVEL=info\n", to: ".env")
    func errors(_ environment: [String: String?]) throws -> String {
      try ChildProcess.run(
        ChildProcess.product("signals-accessor"), environment: environment,
        directory: directory.path
      ).errors
    }
    #expect(try errors(["DB_PORT": nil]).contains("(got \"fromfile\")"))
    #expect(try errors(["DB_PORT": "fromhere"]).contains("(got \"fromhere\")"))
  }

  @Test func aLogFileIsWrittenBesideStandardError() throws {
    let directory = try TemporaryDirectory()
    let outcome = try ChildProcess.run(
      ChildProcess.product("signals-producer"), ["migrate"],
      environment: SignalsSystem.environment(
        PostgresServer.shared.get(), PostgresServer.shared.get().unusedDatabaseName(), directory,
        ["LOG_FILE": directory.file("log")]))
    #expect(outcome.status == 0)
    let file = try String(contentsOfFile: directory.file("log"), encoding: .utf8)
    #expect(file == outcome.errors)
    #expect(
      file.contains(
        "created the database; applied signals, ingest, partitions"
      ))
  }
}
