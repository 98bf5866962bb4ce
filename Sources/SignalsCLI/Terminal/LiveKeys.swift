import Curl
import Glibc

/// The keys of somebody who watches.
final class LiveKeys {
  /// Whether they want no more, or have gone.
  private(set) var isDone = false
  private let keyboard: Int32?

  init() { keyboard = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : nil }

  /// Reads them while a request waits, and gives it up for `q`.
  var attention: Attention {
    Attention(descriptors: keyboard.map { [$0] } ?? [], every: .milliseconds(200)) {
      self.read(within: .zero)
      return self.isDone ? .stop : .proceed
    }
  }

  /// Waits until then, for a key, or for a signal.
  func wait(until end: ContinuousClock.Instant) { read(within: max(.zero, end - .now)) }

  private func read(within time: Duration) {
    // Without a keyboard the terminal itself is looked at: it may be closed.
    var file = pollfd(
      fd: keyboard ?? STDOUT_FILENO, events: keyboard == nil ? 0 : Int16(POLLIN), revents: 0)
    let milliseconds = Int32(min((time / .milliseconds(1)).rounded(.up), 60_000))
    guard poll(&file, 1, milliseconds) > 0 else { return }
    var keys = [UInt8](repeating: 0, count: 64)
    let count = keyboard.map { Glibc.read($0, &keys, keys.count) } ?? 0
    if count < 0 && errno == EINTR { return }
    let quitting: [UInt8] = [UInt8(ascii: "q"), UInt8(ascii: "Q"), 0x04]
    isDone = isDone || count <= 0 || keys[..<count].contains(where: quitting.contains)
  }
}
