import FastCGI
import HTTPContract
import Server

/// `GET /bytes?count=N`: so many bytes, as fast as they are taken.
struct Bytes: EndpointHandler {
  private static let count = Parameter<Int>.integer(
    "count", in: 0...1 << 40, default: 1 << 30, help: "For tests.")

  let endpoint = Endpoint(
    .get, "/bytes", name: "bytes", summary: "For tests.", parameters: [count.declaration],
    contents: [])

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .stream(
      ResponseHead(contentType: "application/octet-stream"), Source(remaining: call[Bytes.count]))
  }

  private final class Source: ReplySource {
    private static let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 8000)
    private var remaining: Int

    init(remaining: Int) { self.remaining = remaining }

    var isEndless: Bool { false }

    func next(into buffer: inout [UInt8]) -> ReplyStep {
      guard remaining > 0 else { return .end }
      let count = min(remaining, Source.piece.count)
      buffer.append(contentsOf: Source.piece[..<count])
      remaining -= count
      return .more
    }

    func end(_ reason: ReplyEnd) {}
  }
}
