/// Decides what to do with the bytes at the front of a connection, before libfcgi reads them.
///
/// libfcgi blocks for missing bytes, overflows a buffer on repeated management records and aborts on
/// names that claim two gigabytes. It is therefore only given bytes that have arrived and are
/// consistent: the lengths of records, names and values, a single request id, no foreign records. The
/// head of a request must be complete; its body may follow, and is validated as it arrives (see
/// ``BodyCheck``).
enum Admission: Equatable {
  /// More bytes are needed.
  case incomplete
  /// The head of a request, with the part of its body that libfcgi would read along with it.
  case request(Opening)
  /// A management record of `length` bytes, to be consumed and answered with `answer`.
  case management(length: Int, answer: [UInt8])
  /// `length` bytes of a finished request, to be discarded.
  case leftover(length: Int)
  /// The peer violates the protocol; close the connection.
  case rejected(Rejection)

  /// The front of a request, which libfcgi may read.
  struct Opening: Equatable {
    /// Whole read steps of libfcgi, or the whole request.
    let length: Int
    /// The state of the body after these bytes.
    let body: BodyCheck
    /// Whether more bytes follow the end of the request.
    let isFollowed: Bool
  }

  enum Rejection: Error, Equatable {
    case unknownVersion
    case unexpectedRecord
    case anotherRequestID
    case badBeginning
    case unsupportedRole
    case unsupportedPadding
    case badParameters
    case badBodyLength
    case tooLarge
    case aborted
  }

  /// Size limits, and the step size of libfcgi's reads.
  struct Limits {
    /// Bytes of names and values.
    var parameters = 65_536
    /// How much libfcgi reads at a time, as far as available. Longer than a header with maximum
    /// padding, so that each step of a body includes some content.
    var step = 8192

    /// The longest head: names and values, with room for their record headers.
    private var head: Int { parameters * 2 + 4096 }
    /// The most that needs to be examined: the last read step of the longest head.
    var window: Int { (head + step - 1) / step * step }
  }

  /// Examines bytes that the peer has sent and nothing has consumed.
  static func examine(_ bytes: UnsafeRawBufferPointer, limits: Limits) -> Admission {
    guard let first = RecordHeader(bytes, at: 0) else { return .incomplete }
    guard first.version == 1 else { return .rejected(.unknownVersion) }
    if first.requestID == 0 { return examineManagement(bytes, first) }
    switch first.kind {
    case RecordHeader.Kind.beginRequest:
      do throws(Rejection) {
        if let opening = try examineRequest(bytes, first, limits) { return .request(opening) }
      } catch {
        return .rejected(error)
      }
      // Longer than any valid head, and still incomplete.
      return bytes.count >= limits.window ? .rejected(.tooLarge) : .incomplete
    case RecordHeader.Kind.abortRequest where first.contentLength == 0,
      RecordHeader.Kind.stdin where first.contentLength == 0:
      // Sent after the response was complete.
      return bytes.count < first.recordLength ? .incomplete : .leftover(length: first.recordLength)
    default:
      return .rejected(.unexpectedRecord)
    }
  }

  /// The part of a request that libfcgi may read; nil when more is needed.
  private static func examineRequest(
    _ bytes: UnsafeRawBufferPointer, _ begin: RecordHeader, _ limits: Limits
  ) throws(Rejection) -> Opening? {
    guard begin.contentLength == 8 else { throw .badBeginning }
    // libfcgi loses a record's padding when it moves on to the next stream.
    guard begin.paddingLength == 0 else { throw .unsupportedPadding }
    guard bytes.count >= begin.recordLength else { return nil }
    let role = UInt16(bytes[8]) << 8 | UInt16(bytes[9])
    guard role == 1 else { throw .unsupportedRole }

    var offset = begin.recordLength
    var parameters = ParameterCheck()
    while let header = RecordHeader(bytes, at: offset) {
      try header.check(isOf: begin.requestID, RecordHeader.Kind.params)
      guard header.contentLength > 0 else {
        guard parameters.isComplete else { throw .badParameters }
        var body = BodyCheck(requestID: begin.requestID)
        let admitted = try body.admit(
          bytes, from: offset + RecordHeader.size, step: limits.step, limit: .max)
        return admitted.map { length in
          Opening(
            length: length, body: body, isFollowed: body.isComplete && length < bytes.count)
        }
      }
      let content = offset + RecordHeader.size
      let here = min(header.contentLength, bytes.count - content)
      guard parameters.total + here <= limits.parameters else { throw .tooLarge }
      let slice = UnsafeRawBufferPointer(rebasing: bytes[content..<content + here])
      guard parameters.take(slice, limit: limits.parameters) else { throw .badParameters }
      offset += header.recordLength
      if offset > bytes.count { return nil }
    }
    return nil
  }
}

extension RecordHeader {
  /// Checks that the record belongs to this request and stream.
  func check(isOf requestID: UInt16, _ stream: UInt8) throws(Admission.Rejection) {
    guard version == 1 else { throw .unknownVersion }
    guard self.requestID == requestID else { throw .anotherRequestID }
    if kind == Kind.abortRequest { throw .aborted }
    guard kind == stream else { throw .unexpectedRecord }
    // The end of a stream, whose padding libfcgi loses.
    guard contentLength > 0 || paddingLength == 0 else { throw .unsupportedPadding }
  }
}
