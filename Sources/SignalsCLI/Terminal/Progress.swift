import Curl

/// A progress line on a terminal, shown once a request takes longer than half a second and erased at
/// its end.
final class Progress {
  private static let patience = Duration.milliseconds(500)
  private static let interval = Duration.milliseconds(100)

  private let what: String
  private let medium: Medium
  private let began = ContinuousClock.now
  private var isShown = false

  /// nil when the medium is not a terminal.
  ///
  /// - Parameter what: `127.0.0.1:8080`
  init?(waitingFor what: String, on medium: Medium) {
    guard medium.isTerminal, environmentVariable("TERM") ?? "dumb" != "dumb" else { return nil }
    self.what = what
    self.medium = medium
  }

  /// Draws the line while a request waits.
  var attention: Attention {
    Attention(every: Self.interval) {
      self.draw()
      return .proceed
    }
  }

  /// Erases the line.
  func finish() {
    if isShown { StandardError.write("\r\u{1b}[K") }
  }

  private func draw() {
    let elapsed = ContinuousClock.now - began
    guard elapsed >= Self.patience, let width = medium.width else { return }
    let line = Self.line(what, after: elapsed, medium).shortened(to: width - 1, for: medium)
    StandardError.write("\r\u{1b}[K\(line)")
    isShown = true
  }

  /// `⠙ waiting for 127.0.0.1:8080, 3 s`
  static func line(_ what: String, after elapsed: Duration, _ medium: Medium) -> String {
    let frames = Array(medium.isUnicode ? "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" : "|/-\\")
    let frame = frames[Int(elapsed / interval) % frames.count]
    let seconds = elapsed.components.seconds
    return "\(frame) waiting for \(what.printable)" + (seconds > 0 ? ", \(seconds) s" : "")
  }
}
