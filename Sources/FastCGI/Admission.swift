/// What to do with the bytes at the front of a connection: the decision of a gatekeeper.
///
/// libfcgi waits for what is missing, overflows a buffer on repeated management records and aborts
/// on names that claim two gigabytes. So it only ever reads what is here and adds up: each record's
/// length, each name's and value's, one id, nothing foreign in between. The head of a request has to
/// be here as a whole; its body may follow, and is validated as it comes (see ``BodyCheck``).
enum Admission: Equatable {
  /// More has to come before anything can be said.
  case incomplete
  /// The head of a request, and of its body what libfcgi would read together with the head.
  case request(Opening)
  /// A management record of `length` bytes, to be taken and answered with `answer`.
  case management(length: Int, answer: [UInt8])
  /// `length` bytes that belong to a finished request, to be taken and forgotten.
  case leftover(length: Int)
  /// Nothing that can be understood will come; the connection is to be closed.
  case rejected(Rejection)

  /// The front of a request that libfcgi may read.
  struct Opening: Equatable {
    /// Whole steps of libfcgi's reading, or all of the request.
    let length: Int
    /// The body after so many bytes.
    let body: BodyCheck
    /// The request ends here, and more bytes are behind it.
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

  /// How much is looked at, and in which steps libfcgi reads.
  struct Limits {
    /// Bytes of names and values.
    var parameters = 65_536
    /// What libfcgi takes from the socket at a time, as far as it is there. Longer than a header and
    /// the longest padding, so that each step of a body holds some of its content.
    var step = 8192

    /// The longest head: names and values, with room for their records' headers.
    private var head: Int { parameters * 2 + 4096 }
    /// The most that ever needs to be looked at: the last step of reading the longest head.
    var window: Int { (head + step - 1) / step * step }
  }

  /// Examines what a peer has sent and nobody has taken yet.
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
      // More than any head may hold is here, and still it is not complete.
      return bytes.count >= limits.window ? .rejected(.tooLarge) : .incomplete
    case RecordHeader.Kind.abortRequest where first.contentLength == 0,
      RecordHeader.Kind.stdin where first.contentLength == 0:
      // They came after the answer had been sent.
      return bytes.count < first.recordLength ? .incomplete : .leftover(length: first.recordLength)
    default:
      return .rejected(.unexpectedRecord)
    }
  }

  /// What of a request libfcgi may read; nil when more has to come.
  private static func examineRequest(
    _ bytes: UnsafeRawBufferPointer, _ begin: RecordHeader, _ limits: Limits
  ) throws(Rejection) -> Opening? {
    guard begin.contentLength == 8 else { throw .badBeginning }
    // libfcgi forgets the padding of a record when it goes on to the next stream.
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
  /// Checks that the record belongs where it stands: to this request, and to this stream of it.
  func check(isOf requestID: UInt16, _ stream: UInt8) throws(Admission.Rejection) {
    guard version == 1 else { throw .unknownVersion }
    guard self.requestID == requestID else { throw .anotherRequestID }
    if kind == Kind.abortRequest { throw .aborted }
    guard kind == stream else { throw .unexpectedRecord }
    // The end of a stream: libfcgi forgets its padding.
    guard contentLength > 0 || paddingLength == 0 else { throw .unsupportedPadding }
  }
}
