import Foundation
import TestSupport
import Testing

@testable import Server

/// What a `.env` file means, to the programs and to the scripts alike.
@Suite struct EnvironmentFileTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file(".env")
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    /// The settings, or what is wrong behind the file's name.
    let expected: Result<[String: String], InvalidSetting>

    init(_ text: String, _ values: [String: String]) { self.init(Array(text.utf8), values) }
    init(_ text: String, _ error: String) { self.init(Array(text.utf8), error) }
    init(_ bytes: [UInt8], _ values: [String: String]) {
      (self.bytes, expected) = (bytes, .success(values))
    }
    init(_ bytes: [UInt8], _ error: String) {
      (self.bytes, expected) = (bytes, .failure(InvalidSetting(error)))
    }
    var testDescription: String { String(decoding: bytes, as: UTF8.self).debugDescription }
  }

  static let utf16 = Array("DB_HOST=a\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }

  static let cases: [Case] = [
    Case("", [:]),
    Case("DB_HOST=a\nDB_PORT=1\n", ["DB_HOST": "a", "DB_PORT": "1"]),
    Case("DB_HOST=a", ["DB_HOST": "a"]),
    Case("# first\n\n  \t\n\t# indented\nDB_HOST=a\n", ["DB_HOST": "a"]),
    Case(" \tDB_HOST \t= \ta b\t \n", ["DB_HOST": "a b"]),
    Case("DB_PASSWORD=a=b #c $(d) `e` \\f\n", ["DB_PASSWORD": #"a=b #c $(d) `e` \f"#]),
    Case("DB_PASSWORD=\n", ["DB_PASSWORD": ""]),
    Case("DB_PASSWORD=grün 日本\n", ["DB_PASSWORD": "grün 日本"]),
    Case("DB_PASSWORD=\"\n", ["DB_PASSWORD": "\""]),
    Case("DB_PASSWORD='a\"\n", ["DB_PASSWORD": "'a\""]),
    Case(
      "DB_PASSWORD_FILE=/x\nCONTROL_TOKEN_FILE=/y\n",
      ["DB_PASSWORD_FILE": "/x", "CONTROL_TOKEN_FILE": "/y"]),
    Case("SIGNALS_URL=http://a\nSIGNALS_2=b\n", ["SIGNALS_URL": "http://a", "SIGNALS_2": "b"]),
    // Windows: line breaks, a byte order mark, both with a comment as the first line.
    Case("# first\r\nDB_HOST=a\r\n\r\nDB_PORT=1\r\n", ["DB_HOST": "a", "DB_PORT": "1"]),
    Case("\u{FEFF}DB_HOST=a\nDB_PORT=1\n", ["DB_HOST": "a", "DB_PORT": "1"]),
    Case("\u{FEFF}# first\r\nDB_HOST=a\r\n", ["DB_HOST": "a"]),
    Case([0xFF, 0xFE] + utf16, ":1: the file is not UTF-8"),
    Case(utf16, ":1: the file is not UTF-8"),
    Case([0xFE, 0xFF, 0x00, 0x0A], ":1: the file is not UTF-8"),
    Case("# first\rDB_HOST=a\r", ":1: control character in the line"),
    Case("DB_HOST=a\u{1b}[1m\n", ":1: control character in the line"),
    Case("DB_HOST=a\u{7f}\n", ":1: control character in the line"),
    Case([0x0A] + Array("DB_PASSWORD=gr".utf8) + [0xFC, 0x6E, 0x0A], ":2: the line is not UTF-8"),
    Case([0x23, 0xC0, 0x80, 0x0A], ":1: the line is not UTF-8"),
    Case([0x23, 0xED, 0xA0, 0x80, 0x0A], ":1: the line is not UTF-8"),
    Case("\nDB_HOST: a\n", ":2: expected NAME=VALUE"),
    Case("DB_PASSWORD hunter2\n", ":1: expected NAME=VALUE"),
    Case("=a\n", ":1: expected NAME=VALUE"),
    Case("DB HOST=a\n", ":1: expected NAME=VALUE"),
    Case("DB_HÖST=a\n", ":1: expected NAME=VALUE"),
    Case("\u{301}DB_HOST=a\n", ":1: expected NAME=VALUE"),
    Case("export DB_HOST=a\n", ":1: expected NAME=VALUE, without export"),
    Case("export\tDB_HOST=a\n", ":1: expected NAME=VALUE, without export"),
    Case("DB_HOST=\"a\"\n", ":1: the value of DB_HOST must not be quoted"),
    Case("DB_HOST=''\n", ":1: the value of DB_HOST must not be quoted"),
    Case("DB_HOST=a\n#\nDB_HOST=b\n", ":3: DB_HOST is already set on line 1"),
    Case("DB_HOTS=a\n", ":1: unknown setting DB_HOTS; did you mean DB_HOST?"),
    Case("db_host=a\n", ":1: unknown setting db_host; did you mean DB_HOST?"),
    Case("DB_PASWORD=a\n", ":1: unknown setting DB_PASWORD; did you mean DB_PASSWORD?"),
    Case(
      "PRODUCER_MACHINE=2\n",
      ":1: unknown setting PRODUCER_MACHINE; did you mean PRODUCER_MACHINES?"),
    Case(
      "COMPOSE_PROJECT_NAME=a\n",
      ":1: unknown setting COMPOSE_PROJECT_NAME; see .env.example for a list"),
    Case("PGSSLMODE=require\n", ":1: unknown setting PGSSLMODE; did you mean DB_SSLMODE?"),
  ]

  private func values() -> Result<[String: String], InvalidSetting> {
    do throws(InvalidSetting) {
      return .success(try EnvironmentFile(path).values)
    } catch {
      return .failure(error)
    }
  }

  /// The same of the scripts: one setting a line, or what they say instead.
  private func valuesOfScripts() throws -> Result<[String: String], InvalidSetting> {
    let outcome = try ChildProcess.run(
      "bash",
      [
        "-c",
        #"""
        set -euo pipefail
        root=$1
        source "$root/scripts/lib/say.sh"
        source "$root/scripts/lib/env-file.sh"
        env_file_read "$2"
        for name in "${!env_file[@]}"; do printf '%s=%s\n' "$name" "${env_file[$name]}"; done
        """#, "bash", NginxServer.repository.path, path,
      ])
    guard outcome.status == 0 else {
      #expect(outcome.status == 78 && outcome.output == "")
      return .failure(InvalidSetting(String(outcome.errors.dropFirst("bash: ".count).dropLast())))
    }
    return .success(
      Dictionary(
        uniqueKeysWithValues: outcome.output.split(separator: "\n").map { line in
          let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          return (String(sides[0]), String(sides[1]))
        }))
  }

  private func expect(_ expected: Result<[String: String], InvalidSetting>) throws {
    #expect(values() == expected)
    #expect(try valuesOfScripts() == expected)
  }

  @Test(arguments: cases) func programsAndScriptsReadItAlike(one: Case) throws {
    try directory.write(one.bytes, to: ".env")
    try expect(one.expected.mapError { InvalidSetting("\(path)\($0)") })
  }

  @Test func aFileThatIsNotThereHasNothing() throws {
    try expect(.success([:]))
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "missing")
    try expect(.success([:]))
  }

  @Test func whatIsNoFileIsAnError() throws {
    try directory.makeDirectory(".env")
    try expect(.failure(InvalidSetting("\(path) is not a regular file")))
    try directory.remove(".env")
    #expect(mkfifo(path, 0o600) == 0)
    try expect(.failure(InvalidSetting("\(path) is not a regular file")))
  }

  @Test func aFileThatIsTooLongIsAnError() throws {
    let line = [UInt8](repeating: 0x23, count: 1023) + [0x0A]
    let longest = (0..<1024).flatMap { _ in line }
    try directory.write(longest, to: ".env")
    try expect(.success([:]))
    try directory.write(longest + [0x0A], to: ".env")
    try expect(.failure(InvalidSetting("\(path) is longer than 1048576 bytes")))
  }

  @Test(arguments: [0o620, 0o602, 0o666]) func aFileThatOthersMayWriteIsAnError(mode: mode_t) throws
  {
    try directory.write("DB_HOST=a\n", to: ".env")
    chmod(path, mode)
    try expect(
      .failure(InvalidSetting("\(path) is writable by other users; run chmod go-w \(path)")))
    chmod(path, 0o644)
    try expect(.success(["DB_HOST": "a"]))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func aFileOfAnotherUserIsAnError() throws {
    let foreign = InvalidSetting(
      "\(path) is owned by another user (uid 65534); it must be owned by the current user or root")
    try directory.write("DB_HOST=a\n", to: ".env")
    #expect(chown(path, 65534, 65534) == 0)
    try expect(.failure(foreign))
    // A link of another's to a file of ours.
    try directory.remove(".env")
    let target = try directory.write("DB_HOST=a\n", to: "target")
    #expect(symlink(target, path) == 0)
    try expect(.success(["DB_HOST": "a"]))
    #expect(lchown(path, 65534, 65534) == 0)
    try expect(.failure(foreign))
  }
}
