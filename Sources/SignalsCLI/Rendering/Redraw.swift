import Glibc

/// Output that is redrawn in place on a terminal, and appended elsewhere.
struct Redraw {
  enum Frame {
    case line([UInt8])
    case screen([Table])
    case complaint(Failure)
  }

  private let target: OutputTarget
  private var lines = 0

  init(on target: OutputTarget) { self.target = target }

  /// Shows a frame; false when the reader has closed the pipe.
  mutating func show(_ frame: Frame) throws(Failure) -> Bool {
    switch frame {
    case .line(let bytes): return try StandardOutput.offer(bytes)
    case .complaint(let failure) where target.width == nil:
      StandardError.write(failure)
      return true
    case .complaint(let failure):
      return try StandardOutput.offer(Array(placed(failure.text(for: target)).utf8))
    case .screen(let tables):
      let text = tables.map { $0.text(for: target) }.joined(separator: "\n")
      return try StandardOutput.offer(Array(placed(text).utf8))
    }
  }

  private mutating func placed(_ text: String) -> String {
    guard target.width != nil else { return text + "\n" }
    // Move to the start of the last frame and erase everything below.
    let start = lines > 0 ? "\u{1b}[\(lines)A\r\u{1b}[J" : ""
    lines = text.utf8.count { $0 == 0x0a }
    return start + text
  }
}
