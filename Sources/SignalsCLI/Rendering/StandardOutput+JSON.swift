import FoundationEssentials

extension StandardOutput {
  /// Writes a result of our own as one line of JSON.
  static func write(json value: some Encodable) throws(Failure) {
    let line: [UInt8]
    do {
      line = try JSONText.line(value)
    } catch {
      throw Failure(.failed, "cannot write the result as JSON: \(error)")
    }
    try write(line)
  }
}

extension JSONText {
  /// A value in one line, with its end.
  static func line(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return printable([UInt8](try encoder.encode(value))) + [0x0a]
  }
}
