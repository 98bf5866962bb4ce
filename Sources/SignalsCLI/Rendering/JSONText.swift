/// JSON as it is printed: nothing in it steers a terminal, and it means the same.
enum JSONText {
  /// A document with what a terminal would act on escaped in its strings.
  ///
  /// - Parameter bytes: Valid JSON: outside of strings it has no such characters but a byte order mark at
  ///   its beginning, and spaces, line ends and tabs.
  static func printable(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.allSatisfy({ (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x09 }) { return bytes }
    var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars.drop { $0 == "\u{feff}" }
    var printed = ""
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\n", "\t": printed.unicodeScalars.append(scalar)
      // One by itself would have a line written over.
      case "\r": if rest.first == "\n" { printed += "\r" }
      default: printed.append(scalar)
      }
    }
    return Array(printed.utf8)
  }
}

extension String {
  /// In quotes; what could steer a terminal is escaped as well as what JSON asks for (RFC 8259, 7).
  var jsonString: String {
    unicodeScalars.reduce(into: "\"") { text, scalar in
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default: text.append(scalar)
      }
    } + "\""
  }

  /// Appends a character of a JSON string, escaped where a terminal would act on it.
  fileprivate mutating func append(_ scalar: Unicode.Scalar) {
    guard !scalar.isHarmless else { return unicodeScalars.append(scalar) }
    for unit in UTF16.encode(scalar)! {
      let digits = String(unit, radix: 16)
      self += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}
