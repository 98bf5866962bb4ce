import Glibc

/// The output that text is rendered for.
struct OutputTarget: Equatable {
  /// Whether to use escape sequences for colour.
  var isColoured = false
  /// Whether xterm's 256 colours are supported.
  var hasPalette = false
  /// Columns of a terminal; nil when lines may have any length.
  var width: Int?
  /// Lines of a terminal; nil when there is no limit.
  var height: Int?
  /// Whether characters beyond ASCII are supported.
  var isUnicode = true

  /// A file or a pipe.
  static let plain = OutputTarget()

  /// Whether it is a terminal.
  var isTerminal: Bool { width != nil }

  /// Replaces text that is cut off.
  var ellipsis: String { isUnicode ? "…" : "~" }

  static var standardOutput: OutputTarget {
    OutputTarget(STDOUT_FILENO, environment: environmentVariable)
  }
  static var standardError: OutputTarget {
    OutputTarget(STDERR_FILENO, environment: environmentVariable)
  }

  /// The output behind a descriptor.
  ///
  /// Terminals get colour unless NO_COLOR (https://no-color.org) or TERM disable it; CLICOLOR_FORCE
  /// (https://bixense.com/clicolors) enables it elsewhere.
  init(_ descriptor: Int32, environment: (String) -> String?) {
    let isTerminal = isatty(descriptor) == 1
    let size = isTerminal ? Self.size(of: descriptor) : (columns: nil, lines: nil)
    width = size.columns ?? (isTerminal ? 80 : nil)
    height = size.lines
    isColoured = Self.isColoured(isTerminal: isTerminal, environment)
    hasPalette = Self.hasPalette(environment)
    isUnicode = Self.isUnicode(environment)
  }

  init(isColoured: Bool = false, width: Int? = nil, height: Int? = nil, isUnicode: Bool = true) {
    self.isColoured = isColoured
    self.width = width
    self.height = height
    self.isUnicode = isUnicode
  }

  static func isColoured(isTerminal: Bool, _ environment: (String) -> String?) -> Bool {
    if environment("NO_COLOR") != nil { return false }
    if let force = environment("CLICOLOR_FORCE"), force != "0" { return true }
    guard isTerminal, let terminal = environment("TERM") else { return false }
    return terminal != "dumb"
  }

  /// From the terminal's name, or COLORTERM, which implies more colours.
  static func hasPalette(_ environment: (String) -> String?) -> Bool {
    environment("COLORTERM") != nil || environment("TERM")?.hasSuffix("256color") == true
  }

  /// From the locale's name, without loading it: the first variable that is set decides, as in
  /// setlocale(3).
  static func isUnicode(_ environment: (String) -> String?) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.lazy.compactMap(environment).first?.lowercased() ?? ""
    let encoding = locale.split(separator: "@").first?.split(separator: ".").dropFirst().first
    return encoding == "utf-8" || encoding == "utf8"
  }

  /// Each nil when unknown.
  static func size(of descriptor: Int32) -> (columns: Int?, lines: Int?) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return (nil, nil) }
    return (
      size.ws_col > 0 ? Int(size.ws_col) : nil, size.ws_row > 0 ? Int(size.ws_row) : nil
    )
  }
}
