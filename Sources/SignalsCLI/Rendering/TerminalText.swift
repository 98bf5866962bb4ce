extension String {
  /// The text with everything escaped that could steer a terminal: control characters, line ends,
  /// and the invisible characters that reorder or join what is shown.
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

  /// How many columns of a terminal it takes, once it is printable.
  var columns: Int {
    if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
    return unicodeScalars.reduce(0) { $0 + $1.columns }
  }

  /// The text, or as much of it as goes into `width` columns with an ellipsis in place of the rest.
  func shortened(to width: Int, for medium: Medium) -> String {
    guard columns > width else { return self }
    var (text, room) = ("", width - 1)
    for character in self {
      room -= String(character).columns
      guard room >= 0 else { break }
      text.append(character)
    }
    return width > 0 ? text + medium.ellipsis : ""
  }

  /// The text behind `lead`, with its end: on a terminal in lines that are broken at spaces and, but for
  /// the first, indented; one line elsewhere, for whoever looks for it in a log.
  func paragraph(after lead: String, _ style: Style = .plain, for medium: Medium) -> String {
    let indent = 4
    let width = medium.width ?? .max
    let lines = printable.filled(to: width - indent, first: width - lead.columns)
    return lines.enumerated().map { index, line in
      let start = index == 0 ? lead : String(repeating: " ", count: indent)
      return "\(start)\(style.applied(to: line, for: medium))\n"
    }.joined()
  }

  /// Lines of at most `width` columns, the first of at most `first`, broken at spaces. A word that is
  /// wider stays whole: it may be an address that somebody wants to copy.
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

  /// Its words; those in parentheses together, such as `(request 5f3a9c)`, where a line of `width`
  /// columns has room for them.
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

  /// Filled with spaces to `width` columns, or shortened to it.
  func fitted(to width: Int, for medium: Medium) -> String {
    let text = shortened(to: width, for: medium)
    return text + String(repeating: " ", count: max(0, width - text.columns))
  }
}

extension Unicode.Scalar {
  /// Whether a terminal shows it and does nothing else.
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

  /// East Asian wide characters and pictures take two columns (UAX #11), marks on top of others none.
  fileprivate var columns: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch value {
    // The vowels and final consonants of a Hangul syllable stand within its first.
    case 0x1160...0x11ff, 0xd7b0...0xd7fb: return 0
    // Two of them make a flag, of two columns together.
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
