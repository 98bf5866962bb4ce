/// The query of a URL.
public struct QueryString: Sendable, Equatable {
  /// In order; a parameter without `=` has the value "".
  public private(set) var items: [(name: String, value: String)] = []

  /// Decodes percent-encoding and `+`.
  ///
  /// - Throws: ``InvalidArgument`` when the encoding is invalid or the text is not UTF-8.
  public init(_ bytes: some Collection<UInt8>) throws(InvalidArgument) {
    for part in bytes.split(separator: UInt8(ascii: "&")) {
      let sides = part.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      items.append(
        (try QueryString.decode(sides[0]), sides.count > 1 ? try QueryString.decode(sides[1]) : ""))
    }
  }

  public init(_ items: [(name: String, value: String)]) { self.items = items }

  public static func == (a: QueryString, b: QueryString) -> Bool {
    a.items.elementsEqual(b.items, by: ==)
  }

  private static func decode(_ encoded: some Collection<UInt8>) throws(InvalidArgument) -> String {
    var bytes: [UInt8] = []
    var index = encoded.startIndex
    while index != encoded.endIndex {
      let byte = encoded[index]
      encoded.formIndex(after: &index)
      switch byte {
      case UInt8(ascii: "+"):
        bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        let digits = encoded[index...].prefix(2)
        guard digits.count == 2,
          let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16),
          digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-")
        else { throw InvalidArgument("% in the query must be followed by two hexadecimal digits") }
        bytes.append(value)
        encoded.formIndex(&index, offsetBy: 2)
      default:
        bytes.append(byte)
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw InvalidArgument("query is not valid UTF-8")
    }
    return text
  }
}

extension QueryString: CustomStringConvertible {
  /// As it stands behind the question mark: all but RFC 3986's unreserved characters percent-encoded.
  public var description: String {
    items.map { "\(QueryString.encode($0.name))=\(QueryString.encode($0.value))" }
      .joined(separator: "&")
  }

  private static func encode(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: encoded.append(byte)
      default:
        encoded.append(UInt8(ascii: "%"))
        encoded.append(hexDigits[Int(byte >> 4)])
        encoded.append(hexDigits[Int(byte & 15)])
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
