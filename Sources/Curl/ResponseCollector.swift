/// Collects a response as it arrives: header lines, then chunks of the body.
///
/// A class, because libcurl's callbacks access it through a pointer during ``HTTPSession/send(_:)``.
final class ResponseCollector {
  /// Why a callback stopped the transfer.
  enum StopReason {
    case stopped
    case headTooLarge
    case bodyTooLarge
  }

  /// libcurl limits the length of a line, but not their total.
  static let maximumHeadSize = 256 << 10

  var receive: ((HTTPResponse.Head, Span<UInt8>) -> Flow)?
  private(set) var stopReason: StopReason?
  private let maximumBodySize: Int
  private var status = 0
  private var headers = HTTPHeaders()
  private var headSize = 0
  private var headIsComplete = false
  private var bodySize = 0

  init(maximumBodySize: Int) { self.maximumBodySize = maximumBodySize }

  var head: HTTPResponse.Head { HTTPResponse.Head(status: status, headers: headers) }

  /// Takes one header line including its line end; returns whether to continue.
  func header(_ line: Span<UInt8>) -> Bool {
    // Lines after the final header are trailers.
    if headIsComplete && status >= 200 { return true }
    headSize += line.count
    guard headSize <= Self.maximumHeadSize else {
      stopReason = .headTooLarge
      return false
    }
    let text = Self.trimmed(line.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
    if text.hasPrefix("HTTP/") {
      status = text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) } ?? 0
      headers = HTTPHeaders()
      headIsComplete = false
    } else if text.isEmpty {
      headIsComplete = true
    } else if line[0] == 0x20 || line[0] == 0x09 {
      headers.fold(text)
    } else if let colon = text.firstIndex(of: ":") {
      headers.append(
        Self.trimmed(text[text.index(after: colon)...]), named: String(text[..<colon]))
    }
    return true
  }

  /// Takes a chunk of the body; returns whether to continue.
  func body(_ chunk: Span<UInt8>) -> Bool {
    bodySize += chunk.count
    guard bodySize <= maximumBodySize else {
      stopReason = .bodyTooLarge
      return false
    }
    guard receive?(head, chunk) == .stop else { return true }
    stopReason = .stopped
    return false
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
    let end = text.lastIndex { !isSpace($0) }.map { text.index(after: $0) } ?? text.startIndex
    return String(text[..<end].drop(while: isSpace))
  }
}
