import Curl
import SignalsAPI
import Time

/// The live view on its terminal, redrawn as time passes and when the terminal is resized, also while a
/// request is pending.
final class LiveScreen {
  /// The time axis and the ages change even without new readings.
  private static let longestRest = Duration.seconds(1)
  /// The interval while a request is pending, also for a resize and for resuming after Ctrl-Z.
  private static let beat = Duration.milliseconds(200)
  /// A request pending for less is not mentioned.
  private static let noticeDelay = Duration.seconds(1)

  var view: LiveView
  private let terminal = LiveTerminal()
  private let keys = LiveKeys()
  private var isGone = false
  private var outage = Outage()
  private var reason = ""
  /// When the pending request was sent.
  private var asked: ContinuousClock.Instant?
  private var drawn: ContinuousClock.Instant?
  /// Whether there is something new to draw.
  private var isBehind = false

  init(_ view: LiveView) { self.view = view }

  /// Whether the user has quit or the terminal is gone.
  var isDone: Bool { keys.isDone || isGone }

  /// Redraws while a request is pending, and cancels it when done.
  var waitHook: WaitHook {
    WaitHook(descriptors: keys.descriptors, every: Self.beat) {
      self.keys.wait()
      if !self.isDone { self.draw() }
      return self.isDone ? .stop : .proceed
    }
  }

  /// Waits until `due`, or less long when something is to be drawn.
  func wait(until due: ContinuousClock.Instant) {
    keys.wait(until: min(due, .now + (isBehind ? Self.beat : Self.longestRest)))
  }

  /// Draws unless that was done a moment ago: responses may arrive faster than is worth drawing.
  func drawSoon() {
    isBehind = drawn.map { .now - $0 < Self.beat } ?? false
    if !isBehind { draw() }
  }

  func draw() {
    view.trouble = outage.length(at: .now).map { length in
      "no response for \(duration(microseconds: length.microseconds)): \(reason)"
    }
    view.waiting = asked.map { .now - $0 }.flatMap { $0 < Self.noticeDelay ? nil : $0 }
    isGone = !terminal.draw(view.lines(at: .now, for: .standardOutput))
    drawn = .now
  }

  /// Records that a request is sent.
  func begin() { asked = .now }

  /// Records a response.
  func succeed() {
    asked = nil
    _ = outage.end(at: .now)
  }

  /// Records a failure; returns how long to wait before the next request.
  ///
  /// - Throws: The failure, when it is permanent.
  func fail(_ failure: Failure, interval: Duration) throws(Failure) -> Duration {
    asked = nil
    reason = failure.reason
    return try outage.begin(with: failure, at: .now, interval: interval).pause
  }
}
