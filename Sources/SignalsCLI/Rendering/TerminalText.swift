extension String {
  /// Escapes everything that controls a terminal: control characters, line ends, and invisible characters
  /// that reorder or join text.
  var printable: String {
    if utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.isHarmless {
        text.unicodeScalars.append(scalar)
      } else {
        text += scalar.escapedForTerminal
      }
    }
  }

  /// The width in terminal columns of printable text.
  var columns: Int {
    if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
    return unicodeScalars.reduce(0) { $0 + $1.columns }
  }

  /// Truncates the text to `width` columns, with an ellipsis.
  func shortened(to width: Int, for target: OutputTarget) -> String {
    guard columns > width else { return self }
    var (text, room) = ("", width - 1)
    for character in self {
      room -= String(character).columns
      guard room >= 0 else { break }
      text.append(character)
    }
    return width > 0 ? text + target.ellipsis : ""
  }

  /// The text after `lead`, wrapped with a hanging indent on a terminal; one line elsewhere, so that logs
  /// can be searched.
  func paragraph(after lead: String, _ style: Style = .plain, for target: OutputTarget) -> String {
    let indent = 4
    let width = target.width ?? .max
    let lines = printable.filled(to: width - indent, first: width - lead.columns)
    return lines.enumerated().map { index, line in
      let start = index == 0 ? lead : String(repeating: " ", count: indent)
      return "\(start)\(style.applied(to: line, for: target))\n"
    }.joined()
  }

  /// Wraps to lines of at most `width` columns, the first of at most `first`. Wider words stay whole: they
  /// may be URLs to copy.
  func filled(to width: Int, first: Int) -> [String] {
    guard columns > first else { return [self] }
    return unbroken(within: width).reduce(into: []) { lines, words in
      let room = lines.count == 1 ? first : width
      if let line = lines.last, line.columns + 1 + words.columns <= room {
        lines[lines.count - 1] = "\(line) \(words)"
      } else {
        lines.append(words)
      }
    }
  }

  /// The words, keeping parentheses such as `(request 5f3a9c)` together if they fit into `width` columns.
  private func unbroken(within width: Int) -> [String] {
    split(separator: " ").reduce(into: []) { parts, word in
      if let part = parts.last, part.hasPrefix("("), !part.contains(")"),
        part.columns + 1 + String(word).columns <= width
      {
        parts[parts.count - 1] = "\(part) \(word)"
      } else {
        parts.append(String(word))
      }
    }
  }

  /// Padded or truncated to `width` columns.
  func fitted(to width: Int, for target: OutputTarget) -> String {
    let text = shortened(to: width, for: target)
    return text + String(repeating: " ", count: max(0, width - text.columns))
  }
}

extension Unicode.Scalar {
  /// Whether it has no effect on a terminal but being shown.
  var isHarmless: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
    default: true
    }
  }

  fileprivate var escapedForTerminal: String {
    switch self {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{\(String(value, radix: 16))}"
    }
  }

  /// Wide East Asian characters and emoji take two columns (UAX #11), combining marks none.
  fileprivate var columns: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch value {
    // Hangul vowels and final consonants combine with the initial one.
    case 0x1160...0x11ff, 0xd7b0...0xd7fb: return 0
    // Two regional indicators make a flag of two columns.
    case 0x1f1e6...0x1f1ff: return 1
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0xa4cf, 0xa960...0xa97c,
      0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff00...0xff60,
      0xffe0...0xffe6, 0x16fe0...0x18cff, 0x1aff0...0x1b2ff, 0x1f200...0x1f265,
      0x20000...0x3fffd:
      return 2
    default: return properties.isEmojiPresentation ? 2 : 1
    }
  }
}
