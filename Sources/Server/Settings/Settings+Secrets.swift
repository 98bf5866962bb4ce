internal import Glibc
internal import SystemPackage

/// Secret settings, whose values never appear in error messages.
extension Settings {
  /// The maximum length of a secret, in bytes.
  private static let longestSecret = 65_536

  /// The secret `name`: the setting itself, or the content of the file named by the setting with `_FILE`
  /// appended, without its line ending; otherwise the systemd credential of that name (`LoadCredential=`),
  /// or nil.
  public func secretText(_ name: String) throws(InvalidSetting) -> String? {
    guard let path = text("\(name)_FILE") else {
      if let plain = text(name) { return plain }
      return try credential(name)
    }
    guard text(name) == nil else {
      throw InvalidSetting("\(name) and \(name)_FILE are both set; set only one of them")
    }
    return try Settings.secret(in: path, "\(name)_FILE")
  }

  /// A parsed secret; `expected` completes "must be …" in the error message.
  public func secret<T>(_ name: String, expected: String, _ parse: (String) -> T?)
    throws(InvalidSetting) -> T?
  {
    guard let text = try secretText(name) else { return nil }
    guard let value = parse(text) else {
      throw InvalidSetting("\(name) must be \(expected)")
    }
    return value
  }

  /// In a directory that only this service can access while it runs.
  private func credential(_ name: String) throws(InvalidSetting) -> String? {
    guard let directory = text("CREDENTIALS_DIRECTORY") else { return nil }
    let path = "\(directory)/\(name)"
    guard access(path, F_OK) == 0 else { return nil }
    return try Settings.secret(in: path, "the credential \(name)")
  }

  private static func secret(in path: String, _ name: String) throws(InvalidSetting) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InvalidSetting(
        "\(name) must be a readable file (got \"\(path)\"): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    guard let status = try? FileDescriptor(rawValue: descriptor).stat(), status.type == .regular
    else {
      throw InvalidSetting(name, path, "a regular file")
    }
    guard status.permissions.isDisjoint(with: .otherReadWriteExecute) else {
      throw InvalidSetting(name, path, "a file that others cannot access; run chmod o-rwx")
    }
    var bytes = [UInt8](repeating: 0, count: longestSecret + 1)
    let count = read(descriptor, &bytes, bytes.count)
    guard (0...longestSecret).contains(count) else {
      throw InvalidSetting(name, path, "a file of at most \(longestSecret) bytes")
    }
    var line = bytes[..<count]
    if line.last == 0x0A { line.removeLast() }
    if line.last == 0x0D { line.removeLast() }
    guard !line.isEmpty else { throw InvalidSetting(name, path, "a non-empty file") }
    // Several lines are ambiguous, and a byte order mark is not part of a secret.
    guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !line.starts(with: [0xEF, 0xBB, 0xBF]),
      let text = String(validating: line, as: UTF8.self)
    else {
      throw InvalidSetting(
        name, path, "a file with a single line of UTF-8 without a byte order mark")
    }
    return text
  }
}
