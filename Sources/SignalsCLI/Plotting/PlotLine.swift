import SignalsAPI

/// A line of a plot on a terminal, built from left to right.
struct PlotLine {
  private var parts: [(text: String, style: Style)] = []

  mutating func append(_ text: String, _ style: Style = .plain) {
    if let last = parts.last, last.style == style || text.allSatisfy({ $0 == " " }) {
      parts[parts.count - 1].text += text
    } else if !text.isEmpty {
      parts.append((text, style))
    }
  }

  /// The text without trailing spaces.
  func text(for target: OutputTarget) -> String {
    var parts = parts
    while let last = parts.popLast() {
      guard let end = last.text.lastIndex(where: { $0 != " " }) else { continue }
      parts.append((String(last.text[...end]), last.style))
      break
    }
    return parts.map { $0.style.applied(to: $0.text, for: target) }.joined()
  }
}

/// The characters for axes.
struct AxisGlyphs {
  let vertical: Character
  let valueTick: Character
  let corner: Character
  let horizontal: Character
  let timeTick: Character

  init(for target: OutputTarget) {
    self =
      target.isUnicode
      ? AxisGlyphs("│", "┤", "└", "─", "┬") : AxisGlyphs("|", "+", "+", "-", "+")
  }

  private init(
    _ vertical: Character, _ valueTick: Character, _ corner: Character, _ horizontal: Character,
    _ timeTick: Character
  ) {
    self.vertical = vertical
    self.valueTick = valueTick
    self.corner = corner
    self.horizontal = horizontal
    self.timeTick = timeTick
  }
}
