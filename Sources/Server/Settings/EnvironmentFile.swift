internal import EventLoop
internal import Glibc
internal import Spelling
internal import SystemPackage

/// A `.env` file: each line is `NAME=VALUE`, a comment that begins with `#`, or blank.
///
/// Blanks around names and values are ignored; everything else belongs to the value, which is not quoted.
/// Malformed lines are errors, and so are unknown names, which would otherwise have no effect silently.
/// The scripts read the file by the same rules and with the same messages (`scripts/lib/env-file.sh`).
struct EnvironmentFile {
  private static let longest = 1 << 20

  let path: String
  private(set) var values: [String: String] = [:]
  private var lines: [String: Int] = [:]

  /// Reads the file; a missing file has no settings.
  init(_ path: String) throws(InvalidSetting) {
    self.path = path
    guard let bytes = try EnvironmentFile.contents(of: path) else { return }
    try read(bytes)
  }

  // MARK: - The file

  /// The content of a file that only this user and root can have written: its settings name secrets and the
  /// hosts that these are sent to.
  private static func contents(of path: String) throws(InvalidSetting) -> [UInt8]? {
    do {
      let link = try FilePath(path).stat(followTargetSymlink: false)
      // Non-blocking, so that opening a pipe does not hang.
      let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
      return try file.closeAfter {
        let status = try file.stat()
        guard status.type == .regular else {
          throw InvalidSetting("\(path) is not a regular file")
        }
        for owner in [link.userID.rawValue, status.userID.rawValue]
        where owner != 0 && owner != geteuid() {
          throw InvalidSetting(
            "\(path) is owned by another user (uid \(owner)); it must be owned by the current user or root"
          )
        }
        guard status.permissions.isDisjoint(with: [.groupWrite, .otherWrite]) else {
          throw InvalidSetting("\(path) is writable by other users; run chmod go-w \(path)")
        }
        return try file.contents(limit: longest)
      }
    } catch let error as InvalidSetting {
      throw error
    } catch Errno.noSuchFileOrDirectory {
      return nil
    } catch Errno.fileTooLarge {
      throw InvalidSetting("\(path) is longer than \(longest) bytes")
    } catch {
      throw InvalidSetting("cannot read \(path): \(error)")
    }
  }

  // MARK: - The lines

  private mutating func read(_ bytes: [UInt8]) throws(InvalidSetting) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.contains(0) {
      throw invalid(1, "the file is not UTF-8")
    }
    // Skip a UTF-8 byte order mark.
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    var number = 0
    for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      try read(line.last == 0x0D ? line.dropLast() : line, number)
    }
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>, _ number: Int) throws(InvalidSetting) {
    guard !bytes.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
      throw invalid(number, "control character in the line")
    }
    guard let line = String(validating: bytes, as: UTF8.self) else {
      throw invalid(number, "the line is not UTF-8")
    }
    let text = EnvironmentFile.trimmed(line[...])
    if text.isEmpty || text.utf8.first == UInt8(ascii: "#") { return }
    guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
      throw invalid(number, "expected NAME=VALUE")
    }
    let name = String(EnvironmentFile.trimmed(text[..<sign]))
    let value = EnvironmentFile.trimmed(text[text.utf8.index(after: sign)...])
    try check(name, number)
    if let first = lines[name] { throw invalid(number, "\(name) is already set on line \(first)") }
    if value.utf8.count > 1, let mark = value.utf8.first, mark == value.utf8.last,
      "\"'".utf8.contains(mark)
    {
      throw invalid(number, "the value of \(name) must not be quoted")
    }
    values[name] = String(value)
    lines[name] = number
  }

  private func check(_ name: String, _ number: Int) throws(InvalidSetting) {
    if name.hasPrefix("export ") || name.hasPrefix("export\t") {
      throw invalid(number, "expected NAME=VALUE, without export")
    }
    let isWord = name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isWord, !name.isEmpty else { throw invalid(number, "expected NAME=VALUE") }
    if SettingNames.expected.contains(name) || name.hasPrefix(SettingNames.clientPrefix) { return }
    let advice = closest(to: name, among: SettingNames.expected).map { "did you mean \($0)?" }
    throw invalid(number, "unknown setting \(name); \(advice ?? "see .env.example for a list")")
  }

  private func invalid(_ line: Int, _ reason: String) -> InvalidSetting {
    InvalidSetting("\(path):\(line): \(reason)")
  }

  private static func trimmed(_ text: Substring) -> Substring {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    let bytes = text.utf8
    let start = bytes.firstIndex { !isBlank($0) } ?? bytes.endIndex
    let end = bytes[start...].lastIndex { !isBlank($0) }.map { bytes.index(after: $0) }
    return text[start..<(end ?? start)]
  }
}
