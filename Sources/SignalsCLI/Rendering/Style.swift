/// The emphasis of a part of a text.
enum Style: CaseIterable {
  case plain
  case faint
  case good
  case warning
  case bad
  case blue
  case magenta
  case cyan

  /// The colours of the lines of a plot. None is red, which means an error.
  static let ofLines: [Style] = [.cyan, .magenta, .warning, .blue, .good, .plain]

  /// Applies the style to printable text.
  func applied(to text: String, for target: OutputTarget) -> String {
    guard target.isColoured, !text.isEmpty, let code = code(for: target) else { return text }
    return "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }

  /// The parameters of SGR (ECMA-48, 8.3.117); nil for plain text.
  private func code(for target: OutputTarget) -> String? {
    if target.hasPalette, let index = paletteIndex { return "38;5;\(index)" }
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

  /// The index in xterm's 256 colours; nil for the default colour.
  ///
  /// Terminals choose the first 16, and often yellow is illegible on white and blue on black. These have
  /// a medium lightness that is legible on both.
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
  init(_ probeStatus: ProbeStatus) {
    switch probeStatus {
    case .ok: self = .good
    case .warning, .unknown: self = .warning
    case .critical: self = .bad
    }
  }
}
