import FoundationEssentials

extension StandardOutput {
  /// Writes a value as a line of JSON.
  static func write(json value: some Encodable) throws(Failure) {
    let line: [UInt8]
    do {
      line = try JSONText.line(value)
    } catch {
      throw Failure(.failed, "cannot encode output as JSON: \(error)")
    }
    try write(line)
  }
}

extension JSONText {
  /// A value on one line, with a line end.
  static func line(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return printable([UInt8](try encoder.encode(value))) + [0x0a]
  }
}
