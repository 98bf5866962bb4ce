/// Management records, which belong to the connection rather than a request.
extension Admission {
  /// The longest accepted management record.
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
      // These belong to a request, and need its id.
      return .rejected(.unexpectedRecord)
    default:
      let content: [UInt8] = [header.kind, 0, 0, 0, 0, 0, 0, 0]
      return .management(
        length: header.recordLength,
        answer: RecordHeader.record(
          kind: RecordHeader.Kind.unknownType, requestID: 0, content: content))
    }
  }

  /// The names in a GET_VALUES record; nil when their lengths are inconsistent.
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

  /// This responder's values for the known names, each once however often it was requested.
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
