/// A self-contained SVG document, drawn from back to front, that follows the viewer's light or dark
/// colour scheme.
struct SVGDocument {
  let width: Double
  private var body = ""

  enum Anchor: String {
    case start
    case middle
    case end
  }

  init(width: Double) { self.width = width }

  mutating func line(_ points: [(x: Double, y: Double)], _ style: Style, width: Double = 1) {
    guard let first = points.first else { return }
    let rest = points.dropFirst().map { "L\(Self.number($0.x)) \(Self.number($0.y))" }.joined()
    // A line of zero length is a dot, as its caps are round.
    let end = points.count == 1 ? "h0" : rest
    body += """
      <path class="\(style)" d="M\(Self.number(first.x)) \(Self.number(first.y))\(end)" \
      fill="none" stroke="currentColor" stroke-width="\(Self.number(width))"/>

      """
  }

  /// - Parameter title: The tooltip.
  mutating func area(
    x: Double, y: Double, width: Double, height: Double, _ style: Style, title: String
  ) {
    body += """
      <rect class="\(style)" x="\(Self.number(x))" y="\(Self.number(y))" \
      width="\(Self.number(width))" height="\(Self.number(height))" fill="currentColor">\
      <title>\(Self.escaped(title))</title></rect>

      """
  }

  mutating func text(
    _ text: String, x: Double, y: Double, _ style: Style = .plain, _ anchor: Anchor = .start,
    isTitle: Bool = false, isOnArea: Bool = false
  ) {
    guard !text.isEmpty else { return }
    let size = isTitle ? #" font-size="18" font-weight="600""# : ""
    body += """
      <text class="\(isOnArea ? "ground" : "\(style)")" x="\(Self.number(x))" \
      y="\(Self.number(y))" text-anchor="\(anchor)"\(size) fill="currentColor">\
      \(Self.escaped(text))</text>

      """
  }

  /// The complete document.
  func document(height: Double, title: String, description: String) -> String {
    let size = #"width="\#(Self.number(width))" height="\#(Self.number(height))""#
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" \(size) \
      viewBox="0 0 \(Self.number(width)) \(Self.number(height))" role="img" font-size="14" \
      font-family="system-ui, 'DejaVu Sans', sans-serif" stroke-linecap="round" \
      stroke-linejoin="round">
      <title>\(Self.escaped(title))</title>
      <desc>\(Self.escaped(description))</desc>
      <style>
      text { font-variant-numeric: tabular-nums; white-space: pre }
      \(Self.rules { $0.light })
      @media (prefers-color-scheme: dark) {
      \(Self.rules { $0.dark })
      }
      </style>
      <rect class="ground" \(size) fill="currentColor"/>
      \(body)</svg>

      """
  }

  private static func rules(_ colour: ((light: String, dark: String)) -> String) -> String {
    let all = Style.allCases.map { ("\($0)", $0.colours) } + [("ground", ("#ffffff", "#0d1117"))]
    return all.map { name, colours in ".\(name) { color: \(colour(colours)) }" }
      .joined(separator: "\n")
  }

  private static func number(_ value: Double) -> String {
    Number(value: (value * 10).rounded() / 10).description
  }

  private static func escaped(_ text: String) -> String {
    text.printable.reduce(into: "") { escaped, character in
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      default: escaped.append(character)
      }
    }
  }
}

extension Style {
  /// Each has a contrast of at least 4.5:1 to its background (WCAG 2.2, 1.4.3).
  fileprivate var colours: (light: String, dark: String) {
    switch self {
    case .plain: ("#1f2328", "#e6edf3")
    case .faint: ("#59636e", "#9198a1")
    case .good: ("#1a7f37", "#3fb950")
    case .warning: ("#9a6700", "#d29922")
    case .bad: ("#cf222e", "#f85149")
    case .blue: ("#0969da", "#4493f8")
    case .magenta: ("#bf3989", "#f778ba")
    case .cyan: ("#1b7c83", "#39c5cf")
    }
  }
}
