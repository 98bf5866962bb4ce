import FoundationEssentials

extension StandardOutput {
  /// Writes a result of our own as one line of JSON.
  static func write(json value: some Encodable) throws(Failure) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try encoder.encode(value))
    } catch {
      throw Failure(.failed, "cannot write the result as JSON: \(error)")
    }
    try write(bytes + [0x0a])
  }
}
