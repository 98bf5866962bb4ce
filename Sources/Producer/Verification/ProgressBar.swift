import Glibc
import Server
import SystemPackage

/// A bar on standard error that grows; nothing when that is no terminal.
struct ProgressBar {
  private static let width = 30
  private let isShown = isatty(STDERR_FILENO) == 1
  private let title: String
  private var shown = -1

  init(_ title: String) { self.title = title }

  /// - Parameters:
  ///   - part: From 0 to 1.
  ///   - note: What has been done, in a few words.
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

  /// Takes it away.
  func clear() { if isShown { write("\r\u{1B}[K") } }

  private func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}
