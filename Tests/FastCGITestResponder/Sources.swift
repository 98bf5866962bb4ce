import FastCGI
import Glibc

/// Writes a line to standard output, for the test to read.
func say(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  precondition(write(STDOUT_FILENO, bytes, bytes.count) == bytes.count)
}

/// What all sources of the test responder do: count, and tell of their end.
class Source: ReplySource {
  let target: String
  var given = 0
  var isEndless: Bool { false }

  init(_ target: String) { self.target = target }

  func next(into buffer: inout [UInt8]) -> ReplyStep { .end }

  func end(_ reason: ReplyEnd) { say("\(target) \(reason) \(given)") }
}

/// So many bytes of the pattern.
final class Bytes: Source {
  private let count: Int
  private let last: ReplyStep

  init(_ target: String, _ count: Int, then last: ReplyStep) {
    self.count = count
    self.last = last
    super.init(target)
  }

  override func next(into buffer: inout [UInt8]) -> ReplyStep {
    let count = min(8192 - given % 1000, count - given)
    guard count > 0 else { return last }
    buffer.append(contentsOf: Pattern.bytes(from: given, count))
    given += count
    return .more
  }
}

/// Bytes that tell where they belong: each is its position modulo 251. The bodies of the tests' requests
/// are made of it as well.
enum Pattern {
  private static let some = (0..<16_384).map { UInt8($0 % 251) }

  /// At most 16,000.
  static func bytes(from start: Int, _ count: Int) -> ArraySlice<UInt8> {
    some[start % 251..<start % 251 + count]
  }

  /// The position of the first block that is not as it should be.
  static func damage(in bytes: [UInt8]) -> Int? {
    var start = 0
    while start < bytes.count {
      let count = min(16_000, bytes.count - start)
      let isSame = bytes[start..<start + count].withUnsafeBytes { block in
        self.bytes(from: start, count).withUnsafeBytes {
          memcmp(block.baseAddress!, $0.baseAddress!, count) == 0
        }
      }
      if !isSame { return start }
      start += count
    }
    return nil
  }
}

/// Numbered lines of 100 bytes, of which there are ten at a time.
final class Rows: Source {
  private let count: Int
  private var available = 0
  private let isWaiting: () -> Void

  /// - Parameter isWaiting: Called when it has nothing; the stream is to be resumed some time.
  init(_ target: String, _ count: Int, _ isWaiting: @escaping () -> Void) {
    self.count = count
    self.isWaiting = isWaiting
    super.init(target)
  }

  override func next(into buffer: inout [UInt8]) -> ReplyStep {
    guard given < count else { return .end }
    if available == 0 {
      available = 10
      isWaiting()
      return .pending
    }
    available -= 1
    let number = "\(given)"
    buffer.append(contentsOf: number.utf8)
    buffer.append(contentsOf: repeatElement(UInt8(ascii: "."), count: 99 - number.utf8.count))
    buffer.append(UInt8(ascii: "\n"))
    given += 1
    return .more
  }
}

/// An event each time that it is told so, without end.
final class Events: Source {
  var ready = 1

  override var isEndless: Bool { true }

  override func next(into buffer: inout [UInt8]) -> ReplyStep {
    guard ready > 0 else { return .pending }
    ready -= 1
    buffer.append(contentsOf: "data: \(given)\n\n".utf8)
    given += 1
    return .more
  }
}
