import Curl

/// A progress line on a terminal, shown once a request takes longer than half a second and erased at
/// its end.
final class WaitIndicator {
  private static let delay = Duration.milliseconds(500)
  private static let interval = Duration.milliseconds(100)

  private let what: String
  private let target: OutputTarget
  private let began = ContinuousClock.now
  private var isShown = false

  /// nil when the medium is not a terminal.
  ///
  /// - Parameter what: `127.0.0.1:8080`
  init?(waitingFor what: String, on target: OutputTarget) {
    guard target.isTerminal, environmentVariable("TERM") ?? "dumb" != "dumb" else { return nil }
    self.what = what
    self.target = target
  }

  /// Draws the line while a request waits.
  var waitHook: WaitHook {
    WaitHook(every: Self.interval) {
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
    guard elapsed >= Self.delay, let width = target.width else { return }
    let line = Self.line(what, after: elapsed, target).shortened(to: width - 1, for: target)
    StandardError.write("\r\u{1b}[K\(line)")
    isShown = true
  }

  /// `⠙ waiting for 127.0.0.1:8080, 3 s`
  static func line(_ what: String, after elapsed: Duration, _ target: OutputTarget) -> String {
    let frames = Array(target.isUnicode ? "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" : "|/-\\")
    let frame = frames[Int(elapsed / interval) % frames.count]
    let seconds = elapsed.components.seconds
    return "\(frame) waiting for \(what.printable)" + (seconds > 0 ? ", \(seconds) s" : "")
  }
}
