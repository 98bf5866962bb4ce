import Glibc
import Server
import SystemPackage

/// A progress bar on standard error; nothing unless that is a terminal.
struct ProgressBar {
  private static let width = 30
  private let isShown = isatty(STDERR_FILENO) == 1
  private let title: String
  private var shown = -1

  init(_ title: String) { self.title = title }

  /// - Parameters:
  ///   - part: The part that is done, from 0 to 1.
  ///   - note: A short note on what has been done.
  mutating func show(_ part: Double, _ note: String) {
    let percent = Int((min(max(part, 0), 1) * 100).rounded(.down))
    guard isShown, percent != shown else { return }
    shown = percent
    let filled = percent * ProgressBar.width / 100
    let bar =
      String(repeating: "#", count: filled)
      + String(repeating: ".", count: ProgressBar.width - filled)
    write("\r\u{1B}[K\(title) [\(bar)] \(percent) %  \(note)")
  }

  /// Removes the bar.
  func clear() { if isShown { write("\r\u{1B}[K") } }

  private func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}
