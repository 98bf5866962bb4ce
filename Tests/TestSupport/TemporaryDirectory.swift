import Foundation

/// A directory of the test's own, gone with the last reference to it.
///
/// It lies under `/tmp` with a short name: a unix socket's path has at most 107 bytes.
public final class TemporaryDirectory: Sendable {
  /// Absolute, without a trailing slash.
  public let path: String

  public init() throws {
    var template = Array("/tmp/st.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SetupFailure.ofSystem("mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The absolute path of `name` in this directory.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and gives its absolute path.
  @discardableResult
  public func write(_ content: String, to name: String) throws -> String {
    try content.write(toFile: file(name), atomically: false, encoding: .utf8)
    return file(name)
  }
}
