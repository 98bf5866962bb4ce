import Glibc

/// Keyboard input of a live view.
final class LiveKeys {
  /// Whether the user has quit or the terminal is gone.
  private(set) var isDone = false
  private let keyboard: Int32?

  init() { keyboard = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : nil }

  /// Readable when a key has been pressed.
  var descriptors: [Int32] { keyboard.map { [$0] } ?? [] }

  /// Waits until `end`, a key or a signal, and reads the keys.
  func wait(until end: ContinuousClock.Instant = .now) {
    // Without a keyboard, poll the terminal itself to notice when it is closed.
    var file = pollfd(
      fd: keyboard ?? STDOUT_FILENO, events: keyboard == nil ? 0 : Int16(POLLIN), revents: 0)
    let milliseconds = ((end - .now) / .milliseconds(1)).rounded(.up)
    guard poll(&file, 1, Int32(min(max(milliseconds, 0), 60_000))) > 0 else { return }
    var keys = [UInt8](repeating: 0, count: 64)
    let count = keyboard.map { Glibc.read($0, &keys, keys.count) } ?? 0
    if count < 0 && errno == EINTR { return }
    let quitting: [UInt8] = [UInt8(ascii: "q"), UInt8(ascii: "Q"), 0x04]
    isDone = isDone || count <= 0 || keys[..<count].contains(where: quitting.contains)
  }
}
