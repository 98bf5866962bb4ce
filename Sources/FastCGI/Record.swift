/// The eight-byte header of a FastCGI record.
struct RecordHeader {
  /// The record types that a responder may receive.
  enum Kind {
    static let beginRequest: UInt8 = 1
    static let abortRequest: UInt8 = 2
    static let endRequest: UInt8 = 3
    static let params: UInt8 = 4
    static let stdin: UInt8 = 5
    static let getValues: UInt8 = 9
    static let getValuesResult: UInt8 = 10
    static let unknownType: UInt8 = 11
  }

  static let size = 8

  let version: UInt8
  let kind: UInt8
  let requestID: UInt16
  let contentLength: Int
  let paddingLength: Int

  /// Reads the header at `offset`; nil when there are fewer than eight bytes.
  init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard bytes.count - offset >= RecordHeader.size else { return nil }
    version = bytes[offset]
    kind = bytes[offset + 1]
    requestID = UInt16(bytes[offset + 2]) << 8 | UInt16(bytes[offset + 3])
    contentLength = Int(bytes[offset + 4]) << 8 | Int(bytes[offset + 5])
    paddingLength = Int(bytes[offset + 6])
  }

  /// Header, content and padding.
  var recordLength: Int { RecordHeader.size + contentLength + paddingLength }

  /// A complete record, its content padded to a multiple of eight.
  static func record(kind: UInt8, requestID: UInt16, content: [UInt8]) -> [UInt8] {
    precondition(content.count <= 0xFFFF)
    let padding = (8 - content.count % 8) % 8
    let header: [UInt8] = [
      1, kind, UInt8(requestID >> 8), UInt8(requestID & 0xFF), UInt8(content.count >> 8),
      UInt8(content.count & 0xFF), UInt8(padding), 0,
    ]
    return header + content + [UInt8](repeating: 0, count: padding)
  }
}
