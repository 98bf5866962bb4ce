/// Validates the records of a request body as they arrive, however they are split.
///
/// On a management record within a body libfcgi overflows its stack, and it blocks for missing bytes. A
/// body is therefore read in steps, each once all of its bytes have been validated.
struct BodyCheck: Equatable {
  /// Whether the record that ends the body has arrived.
  private(set) var isComplete = false
  /// The content length of all records whose headers have arrived.
  private(set) var announced = 0
  /// The content that has arrived.
  var received: Int { announced - missingContent }

  private let requestID: UInt16
  /// The missing content of the current record.
  private var missingContent = 0
  private var missingPadding = 0
  /// The beginning of a split header.
  private var header: UInt64 = 0
  private var headerCount = 0

  init(requestID: UInt16) { self.requestID = requestID }

  /// Validates bytes of the body, and finds how many libfcgi may read.
  ///
  /// - Parameters:
  ///   - bytes: The unread bytes in the socket.
  ///   - start: Where the body begins or continues in `bytes`.
  ///   - step: How much libfcgi reads at a time, as far as available.
  ///   - limit: The maximum body size.
  /// - Returns: Whole steps, or the rest of the body; nil when more is needed, and nothing is consumed.
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

  /// Consumes the next bytes of the body.
  ///
  /// - Returns: How many of them belong to it.
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
