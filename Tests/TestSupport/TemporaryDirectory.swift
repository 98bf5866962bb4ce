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

  /// Writes bytes into a file, which is made when missing.
  public func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  public func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  public func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  public func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: file(name), withIntermediateDirectories: true)
  }

  /// Removes a file, or a directory with all that is in it.
  public func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: file(name))
  }
}
