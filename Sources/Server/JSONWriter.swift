public import Time

/// Writes JSON into a byte buffer, inserting commas as needed.
public struct JSONWriter {
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  public init() {}

  /// `{"key": …}` with what `body` writes.
  public mutating func object(_ body: (inout JSONWriter) -> Void) { nest("{", "}", body) }

  /// `[…]` with what `body` writes.
  public mutating func array(_ body: (inout JSONWriter) -> Void) { nest("[", "]", body) }

  /// A member name; its value follows.
  public mutating func key(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A member's name that is data.
  public mutating func key(named name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  public mutating func string(_ value: String) {
    var value = value
    value.withUTF8 { string(UnsafeRawBufferPointer($0)) }
  }

  /// A string given as UTF-8 bytes.
  public mutating func string(_ utf8: UnsafeRawBufferPointer) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    if utf8.contains(where: JSONWriter.isEscaped) {
      for byte in utf8 { appendEscaped(byte) }
    } else {
      bytes.append(contentsOf: utf8)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  public mutating func integer(_ value: some BinaryInteger) { raw("\(value)") }

  /// An identifier: a string beyond 2^53, where JSON readers lose precision (RFC 7493).
  public mutating func id(_ value: Int64) {
    if value.magnitude < 1 << 53 { raw("\(value)") } else { string("\(value)") }
  }

  /// The shortest representation that round-trips, without a fraction when integral; null for infinity and
  /// NaN, which JSON cannot represent.
  public mutating func number(_ value: Double) {
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 {
      raw("\(whole)")
    } else {
      raw(value.isFinite ? "\(value)" : "null")
    }
  }

  public mutating func boolean(_ value: Bool) { raw(value ? "true" : "false") }

  public mutating func null() { raw("null") }

  /// RFC 3339, or null.
  public mutating func timestamp(_ value: Timestamp?) {
    guard let value else { return null() }
    separate()
    bytes.append(UInt8(ascii: "\""))
    value.append(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func nest(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void
  ) {
    separate()
    bytes.append(UInt8(ascii: open))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  private mutating func raw(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0..<0x20:
      let digits = String(byte, radix: 16)
      bytes.append(
        contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
    default:
      bytes.append(byte)
    }
  }
}
