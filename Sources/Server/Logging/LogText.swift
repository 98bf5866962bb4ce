/// Sanitizes text for log lines: no value can end the line, hide or reorder its surroundings, or pass for
/// another field.
enum LogText {
  /// The text with control characters (Cc), format characters such as bidirectional overrides (Cf), and
  /// line and paragraph separators (Zl, Zp) escaped as `\u{…}`.
  static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isEscaped) else { return text }
    var result = ""
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    return result
  }

  /// A field value: bare when a single word, otherwise quoted; at most `limit` bytes.
  static func value(_ text: String, limit: Int) -> String {
    let isPlain =
      !text.isEmpty
      && !text.unicodeScalars.contains { isEscaped($0) || " \"=\\".unicodeScalars.contains($0) }
    return isPlain ? bounded(text, to: limit) : quoted(text, limit: limit)
  }

  /// A message, quoted when part of it could be mistaken for a field.
  static func message(_ text: String, limit: Int) -> String {
    var before: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      let endsName = before == "_" || before.properties.isAlphabetic
      if scalar == "=", endsName || before.properties.numericType != nil {
        return quoted(text, limit: limit)
      }
      before = scalar
    }
    return bounded(escaped(text), to: limit)
  }

  /// The text truncated to `limit` bytes, with an ellipsis when shortened.
  static func bounded(_ text: String, to limit: Int) -> String {
    let bytes = text.utf8
    guard bytes.count > limit else { return text }
    let isLine = bytes.last == 0x0A
    return scalars(text, within: limit - ellipsis.utf8.count - (isLine ? 1 : 0)) + ellipsis
      + (isLine ? "\n" : "")
  }

  private static let ellipsis = "…"

  private static func quoted(_ text: String, limit: Int) -> String {
    var result = "\""
    var end = result
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result.unicodeScalars.append("\\") }
      append(scalar, to: &result)
      // Leave room for the ellipsis and the closing quote.
      if result.utf8.count <= limit - ellipsis.utf8.count - 1 { end = result }
      if result.utf8.count >= limit { return end + ellipsis + "\"" }
    }
    return result + "\""
  }

  private static func scalars(_ text: String, within limit: Int) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      count += UTF8.width(scalar)
      if count > limit { break }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
    if isEscaped(scalar) {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }

  private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
