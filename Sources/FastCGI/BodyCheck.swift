/// Follows the records of a request's body as they come, wherever they are cut.
///
/// libfcgi answers a management record between two records of a body with a stack overflow, and waits
/// for a record that is not here. So it reads a body in steps, and only once all bytes of a step have
/// been validated.
struct BodyCheck: Equatable {
  /// Whether the record has come that ends the body.
  private(set) var isComplete = false
  /// The content of all records whose headers have come.
  private(set) var announced = 0
  /// As much of it as has come.
  var received: Int { announced - missingContent }

  private let requestID: UInt16
  /// What is still to come of the present record.
  private var missingContent = 0
  private var missingPadding = 0
  /// The beginning of a header that was cut.
  private var header: UInt64 = 0
  private var headerCount = 0

  init(requestID: UInt16) { self.requestID = requestID }

  /// Takes bytes of the body, and finds how many libfcgi may read.
  ///
  /// - Parameters:
  ///   - bytes: What is in the socket, from where libfcgi reads next.
  ///   - start: Where the body begins, or goes on, in `bytes`.
  ///   - step: What libfcgi reads at a time, as far as it is there.
  ///   - limit: The most that the body may hold.
  /// - Returns: Whole steps, or as far as the body goes; nil when more has to come, and nothing is
  ///   taken then.
  mutating func admit(
    _ bytes: UnsafeRawBufferPointer, from start: Int, step: Int, limit: Int
  ) throws(Admission.Rejection) -> Int? {
    let steps = bytes.count / step * step
    var offset = start
    if steps > start {
      offset += try take(UnsafeRawBufferPointer(rebasing: bytes[start..<steps]), limit: limit)
      if isComplete { return offset }
    }
    var ahead = self
    let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
    offset += try ahead.take(rest, limit: limit)
    if ahead.isComplete {
      self = ahead
      return offset
    }
    return steps > 0 && steps >= start ? steps : nil
  }

  /// Takes the next bytes of the body.
  ///
  /// - Returns: How many of them belong to it: all, unless it ends before.
  mutating func take(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(Admission.Rejection)
    -> Int
  {
    var offset = 0
    while offset < bytes.count, !isComplete {
      let content = min(missingContent, bytes.count - offset)
      missingContent -= content
      let padding = min(missingPadding, bytes.count - offset - content)
      missingPadding -= padding
      offset += content + padding
      if headerCount == 0, let header = RecordHeader(bytes, at: offset) {
        offset += RecordHeader.size
        try begin(header, limit: limit)
      } else if offset < bytes.count {
        header = header << 8 | UInt64(bytes[offset])
        headerCount += 1
        offset += 1
        if headerCount == RecordHeader.size {
          let whole = withUnsafeBytes(of: header.bigEndian) { RecordHeader($0, at: 0) }
          (header, headerCount) = (0, 0)
          if let whole { try begin(whole, limit: limit) }
        }
      }
    }
    return offset
  }

  private mutating func begin(_ header: RecordHeader, limit: Int) throws(Admission.Rejection) {
    try header.check(isOf: requestID, RecordHeader.Kind.stdin)
    announced += header.contentLength
    guard announced <= limit else { throw .tooLarge }
    missingContent = header.contentLength
    missingPadding = header.paddingLength
    isComplete = header.contentLength == 0
  }
}
