/// What to do with the bytes at the front of a connection: the decision of a gatekeeper.
///
/// libfcgi waits for what is missing, overflows a buffer on repeated management records and aborts
/// on names that claim two gigabytes. So it is only given a request that is here as a whole and adds
/// up: each record's length, each name's and value's, one id, nothing foreign in between.
enum Admission: Equatable {
  /// More has to come before anything can be said.
  case incomplete
  /// A whole request fills the first `length` bytes; `isFollowed` when more bytes are behind it.
  case request(length: Int, isFollowed: Bool)
  /// A management record of `length` bytes, to be taken and answered with `answer`.
  case management(length: Int, answer: [UInt8])
  /// `length` bytes that belong to a finished request, to be taken and forgotten.
  case leftover(length: Int)
  /// Nothing that can be understood will come; the connection is to be closed.
  case rejected(Rejection)

  enum Rejection: Equatable {
    case unknownVersion
    case unexpectedRecord
    case anotherRequestID
    case badBeginning
    case unsupportedRole
    case unsupportedPadding
    case badParameters
    case tooLarge
    case aborted
  }

  /// How much a request may hold.
  struct Limits {
    /// Bytes of names and values.
    var parameters = 65_536
    /// Bytes of the body.
    var body = 65_536

    /// The most that ever needs to be looked at: content, with room for its records' headers.
    var request: Int { (parameters + body) * 2 + 4096 }
  }

  /// Examines what a peer has sent and nobody has taken yet.
  static func examine(_ bytes: UnsafeRawBufferPointer, limits: Limits) -> Admission {
    guard let first = RecordHeader(bytes, at: 0) else { return .incomplete }
    guard first.version == 1 else { return .rejected(.unknownVersion) }
    if first.requestID == 0 { return examineManagement(bytes, first) }
    switch first.kind {
    case RecordHeader.Kind.beginRequest:
      let verdict = examineRequest(bytes, first, limits)
      // More than any request may hold is here, and still it is not complete.
      if verdict == .incomplete, bytes.count >= limits.request { return .rejected(.tooLarge) }
      return verdict
    case RecordHeader.Kind.abortRequest where first.contentLength == 0,
      RecordHeader.Kind.stdin where first.contentLength == 0:
      // They came after the answer had been sent.
      return bytes.count < first.recordLength ? .incomplete : .leftover(length: first.recordLength)
    default:
      return .rejected(.unexpectedRecord)
    }
  }

  private static func examineRequest(
    _ bytes: UnsafeRawBufferPointer, _ begin: RecordHeader, _ limits: Limits
  ) -> Admission {
    guard begin.contentLength == 8 else { return .rejected(.badBeginning) }
    // libfcgi forgets the padding of a record when it goes on to the next stream.
    guard begin.paddingLength == 0 else { return .rejected(.unsupportedPadding) }
    guard bytes.count >= begin.recordLength else { return .incomplete }
    let role = UInt16(bytes[8]) << 8 | UInt16(bytes[9])
    guard role == 1 else { return .rejected(.unsupportedRole) }

    var offset = begin.recordLength
    var parameters = ParameterCheck()
    var bodyLength = 0
    var stream = RecordHeader.Kind.params
    while let header = RecordHeader(bytes, at: offset) {
      guard header.version == 1 else { return .rejected(.unknownVersion) }
      guard header.requestID == begin.requestID else { return .rejected(.anotherRequestID) }
      if header.kind == RecordHeader.Kind.abortRequest { return .rejected(.aborted) }
      guard header.kind == stream else { return .rejected(.unexpectedRecord) }
      guard header.contentLength > 0 else {
        guard header.paddingLength == 0 else { return .rejected(.unsupportedPadding) }
        offset += RecordHeader.size
        if stream == RecordHeader.Kind.stdin {
          return .request(length: offset, isFollowed: bytes.count > offset)
        }
        guard parameters.isComplete else { return .rejected(.badParameters) }
        stream = RecordHeader.Kind.stdin
        continue
      }
      let content = offset + RecordHeader.size
      let here = min(header.contentLength, bytes.count - content)
      if stream == RecordHeader.Kind.params {
        guard parameters.total + here <= limits.parameters else { return .rejected(.tooLarge) }
        let slice = UnsafeRawBufferPointer(rebasing: bytes[content..<content + here])
        guard parameters.take(slice, limit: limits.parameters) else {
          return .rejected(.badParameters)
        }
      } else {
        bodyLength += header.contentLength
        guard bodyLength <= limits.body else { return .rejected(.tooLarge) }
      }
      offset += header.recordLength
      if offset > bytes.count { return .incomplete }
    }
    return .incomplete
  }
}
