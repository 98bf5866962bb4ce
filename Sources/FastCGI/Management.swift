/// The records that concern the connection and no request.
extension Admission {
  /// The longest management record that is looked at.
  private static let longestManagementRecord = 1024

  static func examineManagement(_ bytes: UnsafeRawBufferPointer, _ header: RecordHeader)
    -> Admission
  {
    guard header.recordLength <= longestManagementRecord else { return .rejected(.tooLarge) }
    guard bytes.count >= header.recordLength else { return .incomplete }
    switch header.kind {
    case RecordHeader.Kind.getValues:
      let content = UnsafeRawBufferPointer(
        rebasing: bytes[RecordHeader.size..<RecordHeader.size + header.contentLength])
      guard let names = names(in: content) else { return .rejected(.badParameters) }
      return .management(length: header.recordLength, answer: values(of: names))
    case RecordHeader.Kind.beginRequest, RecordHeader.Kind.abortRequest,
      RecordHeader.Kind.params, RecordHeader.Kind.stdin:
      // Only a request has these, and a request has an id.
      return .rejected(.unexpectedRecord)
    default:
      let content: [UInt8] = [header.kind, 0, 0, 0, 0, 0, 0, 0]
      return .management(
        length: header.recordLength,
        answer: RecordHeader.record(
          kind: RecordHeader.Kind.unknownType, requestID: 0, content: content))
    }
  }

  /// The names of a GET_VALUES record; nil when their lengths do not add up.
  private static func names(in content: UnsafeRawBufferPointer) -> [String]? {
    var names: [String] = []
    var offset = 0

    func length() -> Int? {
      guard offset < content.count else { return nil }
      if content[offset] < 0x80 {
        offset += 1
        return Int(content[offset - 1])
      }
      guard content.count - offset >= 4 else { return nil }
      offset += 4
      return content[offset - 4..<offset].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
    }

    while offset < content.count {
      guard let name = length(), let value = length(), name + value <= content.count - offset
      else { return nil }
      names.append(String(decoding: content[offset..<offset + name], as: UTF8.self))
      offset += name + value
    }
    return names
  }

  /// What this responder says of itself, each known name once, however often it was asked for.
  private static func values(of names: [String]) -> [UInt8] {
    let known = [("FCGI_MAX_CONNS", "1024"), ("FCGI_MAX_REQS", "1024"), ("FCGI_MPXS_CONNS", "0")]
    var content: [UInt8] = []
    for (name, value) in known where names.contains(name) {
      content += [UInt8(name.utf8.count), UInt8(value.utf8.count)] + name.utf8 + value.utf8
    }
    return RecordHeader.record(
      kind: RecordHeader.Kind.getValuesResult, requestID: 0, content: content)
  }
}
