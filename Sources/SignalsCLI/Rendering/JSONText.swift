/// JSON for output, equivalent but free of terminal control characters.
enum JSONText {
  /// Escapes terminal control characters in the strings of a document.
  ///
  /// - Parameter bytes: Valid JSON, which outside of strings has no control characters except a leading
  ///   byte order mark, line ends and tabs.
  static func printable(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.allSatisfy({ (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x09 }) { return bytes }
    var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars.drop { $0 == "\u{feff}" }
    var printed = ""
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\n", "\t": printed.unicodeScalars.append(scalar)
      // A lone CR would overwrite the line.
      case "\r": if rest.first == "\n" { printed += "\r" }
      default: printed.append(scalar)
      }
    }
    return Array(printed.utf8)
  }
}

extension String {
  /// A JSON string (RFC 8259, 7), with terminal control characters escaped as well.
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

  /// Appends a character of a JSON string, escaped if it controls terminals.
  fileprivate mutating func append(_ scalar: Unicode.Scalar) {
    guard !scalar.isHarmless else { return unicodeScalars.append(scalar) }
    for unit in UTF16.encode(scalar)! {
      let digits = String(unit, radix: 16)
      self += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}
