/// How a part of a text stands out.
enum Style: CaseIterable {
  case plain
  case faint
  case good
  case warning
  case bad
  case blue
  case magenta
  case cyan

  /// Tells lines of one plot apart. None is red: that is an error everywhere.
  static let ofLines: [Style] = [.cyan, .magenta, .warning, .blue, .good, .plain]

  /// The text as the medium shows it; already printable.
  func applied(to text: String, for medium: Medium) -> String {
    guard medium.isColoured, !text.isEmpty, let code = code(for: medium) else { return text }
    return "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }

  /// Parameters of SGR (ECMA-48, 8.3.117); nil for a text that does not stand out.
  private func code(for medium: Medium) -> String? {
    if medium.hasPalette, let index = paletteIndex { return "38;5;\(index)" }
    return switch self {
    case .plain: nil
    case .faint: "2"
    case .bad: "31"
    case .good: "32"
    case .warning: "33"
    case .blue: "34"
    case .magenta: "35"
    case .cyan: "36"
    }
  }

  /// Which of the 256 colours of xterm it is; nil for the colour of the rest.
  ///
  /// What the first 16 look like is the terminal's choice, and as many have it, yellow cannot be read on
  /// white nor blue on black. These are of a lightness in the middle, and can be read on both.
  var paletteIndex: UInt8? {
    switch self {
    case .plain, .faint: nil
    case .good: 64
    case .warning: 166
    case .bad: 196
    case .blue: 33
    case .magenta: 164
    case .cyan: 30
    }
  }
}

extension Style {
  init(_ verdict: Verdict) {
    switch verdict {
    case .ok: self = .good
    case .warning, .unknown: self = .warning
    case .critical: self = .bad
    }
  }
}
