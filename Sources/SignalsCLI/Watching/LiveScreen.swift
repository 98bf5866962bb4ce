import Curl

/// The live view on its terminal: drawn anew as time goes on and as the terminal's size changes, also
/// while a request waits for its answer.
final class LiveScreen {
  /// The axis of time moves on, and ages grow, whether something comes or not.
  private static let longestRest = Duration.seconds(1)
  /// While a request waits. A new size shows up as fast, and so does coming back from Ctrl-Z.
  private static let beat = Duration.milliseconds(200)
  /// A request that is under way for less is not spoken of.
  private static let patience = Duration.seconds(1)

  var view: LiveView
  private let terminal = LiveTerminal()
  private let keys = LiveKeys()
  private var isGone = false
  private var outage = Outage()
  private var reason = ""
  /// When the request that is under way was sent.
  private var asked: ContinuousClock.Instant?
  private var drawn: ContinuousClock.Instant?
  /// Whether it was not drawn though there is something new.
  private var isBehind = false

  init(_ view: LiveView) { self.view = view }

  /// Whether nobody looks at it any more.
  var isDone: Bool { keys.isDone || isGone }

  /// Keeps it going while a request waits, and gives that up when nobody looks any more.
  var attention: Attention {
    Attention(descriptors: keys.descriptors, every: Self.beat) {
      self.keys.wait()
      if !self.isDone { self.draw() }
      return self.isDone ? .stop : .proceed
    }
  }

  /// Waits until then or, when something is to be drawn, less long.
  func wait(until due: ContinuousClock.Instant) {
    keys.wait(until: min(due, .now + (isBehind ? Self.beat : Self.longestRest)))
  }

  /// Draws it, unless that was done a moment ago: what answers bring comes faster than eyes follow, and
  /// the time is better spent on asking.
  func drawSoon() {
    isBehind = drawn.map { .now - $0 < Self.beat } ?? false
    if !isBehind { draw() }
  }

  func draw() {
    view.trouble = outage.length(at: .now).map { length in
      "no answer for \(duration(microseconds: length.microseconds)): \(reason)"
    }
    view.waiting = asked.map { .now - $0 }.flatMap { $0 < Self.patience ? nil : $0 }
    isGone = !terminal.draw(view.lines(at: .now, for: .standardOutput))
    drawn = .now
  }

  /// A request is sent.
  func begin() { asked = .now }

  /// It was answered.
  func succeed() {
    asked = nil
    _ = outage.end(at: .now)
  }

  /// It failed. How long to wait before the next one.
  ///
  /// - Throws: The failure, when the same request would fail for ever.
  func fail(_ failure: Failure, interval: Duration) throws(Failure) -> Duration {
    asked = nil
    reason = failure.reason
    return try outage.begin(with: failure, at: .now, interval: interval).pause
  }
}
