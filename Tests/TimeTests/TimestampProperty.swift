@testable import Time

/// What holds of a moment that was read, whatever the text. Used by the tests and by scripts/fuzz.
enum Property {
  /// What does not hold for these bytes; nil when all is well.
  static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
    guard let moment = Timestamp(String(decoding: bytes, as: UTF8.self)) else { return nil }
    guard (Timestamp.earliest...Timestamp.latest).contains(moment.microseconds) else {
      return "\(moment.microseconds) is out of range"
    }
    let text = moment.description
    guard text.utf8.count == 27 else { return "\(text) is not 27 bytes" }
    return Timestamp(text) == moment ? nil : "\(text) is not read as what it was written from"
  }
}
