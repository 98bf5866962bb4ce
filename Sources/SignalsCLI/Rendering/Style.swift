/// How a part of a text stands out.
enum Style: String, CaseIterable {
  case plain = ""
  case faint = "2"
  case good = "32"
  case warning = "33"
  case bad = "31"
  case blue = "34"
  case magenta = "35"
  case cyan = "36"

  /// Tells lines of one plot apart. None is red: that is an error everywhere.
  static let ofLines: [Style] = [.cyan, .magenta, .warning, .blue, .good, .plain]

  /// The text as the medium shows it; already printable.
  func applied(to text: String, for medium: Medium) -> String {
    guard self != .plain, medium.isColoured, !text.isEmpty else { return text }
    return "\u{1b}[\(rawValue)m\(text)\u{1b}[0m"
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
