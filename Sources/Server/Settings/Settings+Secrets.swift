internal import Glibc
internal import SystemPackage

/// Settings that are never shown, not even when they cannot be used.
extension Settings {
  /// The longest secret, in bytes.
  private static let longestSecret = 65_536

  /// The secret `name`: the setting itself, or what is in the file that the setting `name` with `_FILE`
  /// names, without the line break at its end; where both are left out, systemd's credential of that
  /// name (`LoadCredential=`), and nil without one.
  public func secretText(_ name: String) throws(InvalidSetting) -> String? {
    guard let path = text("\(name)_FILE") else {
      if let plain = text(name) { return plain }
      return try credential(name)
    }
    guard text(name) == nil else {
      throw InvalidSetting("\(name) and \(name)_FILE are both set; accepted is one of them")
    }
    return try Settings.secret(in: path, "\(name)_FILE")
  }

  /// A secret that `parse` takes; `accepted` says what it would take.
  public func secret<T>(_ name: String, accepted: String, _ parse: (String) -> T?)
    throws(InvalidSetting) -> T?
  {
    guard let text = try secretText(name) else { return nil }
    guard let value = parse(text) else {
      throw InvalidSetting("\(name) cannot be used; accepted is \(accepted)")
    }
    return value
  }

  /// In a directory that only this service may enter, as long as it runs.
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
        name, path, "a file that can be read (\(String(cString: strerror(errno))))")
    }
    defer { close(descriptor) }
    guard let status = try? FileDescriptor(rawValue: descriptor).stat(), status.type == .regular
    else {
      throw InvalidSetting(name, path, "a file that can be read")
    }
    guard status.permissions.isDisjoint(with: .otherReadWriteExecute) else {
      throw InvalidSetting(name, path, "a file that not everybody may read (chmod o-rwx)")
    }
    var bytes = [UInt8](repeating: 0, count: longestSecret + 1)
    let count = read(descriptor, &bytes, bytes.count)
    guard (0...longestSecret).contains(count) else {
      throw InvalidSetting(name, path, "a file of at most \(longestSecret) bytes")
    }
    var line = bytes[..<count]
    if line.last == 0x0A { line.removeLast() }
    if line.last == 0x0D { line.removeLast() }
    guard !line.isEmpty else { throw InvalidSetting(name, path, "a file that is not empty") }
    // Of several lines, which one is it? And a byte order mark is no part of a secret.
    guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !line.starts(with: [0xEF, 0xBB, 0xBF]),
      let text = String(validating: line, as: UTF8.self)
    else {
      throw InvalidSetting(
        name, path, "a file with one line, in UTF-8 and without a byte order mark")
    }
    return text
  }
}
