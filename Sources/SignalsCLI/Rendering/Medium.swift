import Glibc

/// What a text is rendered for.
struct Medium: Equatable {
  /// Whether escape sequences for colour are understood and wanted.
  var isColoured = false
  /// Columns of a terminal; nil where lines may be of any length.
  var width: Int?

  /// A file, a pipe, or a terminal that wants it plain.
  static let plain = Medium()

  /// Colour is for terminals, unless NO_COLOR (https://no-color.org) or TERM forbid it.
  static var standardOutput: Medium {
    guard isatty(STDOUT_FILENO) == 1 else { return .plain }
    let terminal = environmentVariable("TERM")
    return Medium(
      isColoured: environmentVariable("NO_COLOR") == nil && terminal != nil && terminal != "dumb",
      width: terminalWidth)
  }

  private static var terminalWidth: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
