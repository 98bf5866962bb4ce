/// Parses JSON strictly by RFC 8259: no comments, no trailing commas, no lone surrogates, and no
/// duplicate member names, of which readers would take either the first or the last.
struct JSONParser: ~Copyable {
  /// The maximum nesting depth.
  static let deepest = 128

  private let bytes: [UInt8]
  private var index = 0
  private var path: [JSONKey] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // Parsers may skip a byte order mark (section 8.1).
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  mutating func document() throws(InvalidJSON) -> JSONValue {
    let value = try value()
    skipWhitespace()
    guard index == bytes.count else { throw expected("end of input") }
    return value
  }

  private mutating func value() throws(InvalidJSON) -> JSONValue {
    skipWhitespace()
    switch next {
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"): return .number(try number())
    case let byte? where JSONParser.isDigit(byte): return .number(try number())
    default:
      if take("true") { return .bool(true) }
      if take("false") { return .bool(false) }
      if take("null") { return .null }
      throw expected("a value")
    }
  }

  // MARK: - Objects and arrays

  private mutating func members() throws(InvalidJSON) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    var names = NameSet()
    try enclosed("}") { parser throws(InvalidJSON) in
      guard parser.next == UInt8(ascii: "\"") else {
        throw parser.expected("a quoted member name")
      }
      let start = parser.index
      let name = try parser.string()
      parser.path.append(JSONKey(stringValue: name))
      guard names.insert(name) else {
        throw parser.failure(.repeated((parser.path as [any CodingKey]).pathText ?? ""), at: start)
      }
      parser.skipWhitespace()
      guard parser.take(":") else { throw parser.expected("\":\"") }
      members.append(.init(name, try parser.value()))
      parser.path.removeLast()
    }
    return members
  }

  private mutating func elements() throws(InvalidJSON) -> [JSONValue] {
    var elements: [JSONValue] = []
    try enclosed("]") { parser throws(InvalidJSON) in
      parser.path.append(JSONKey(intValue: elements.count))
      elements.append(try parser.value())
      parser.path.removeLast()
    }
    return elements
  }

  /// From the opening to the closing bracket, with commas in between.
  private mutating func enclosed(
    _ close: StaticString, _ element: (inout JSONParser) throws(InvalidJSON) -> Void
  ) throws(InvalidJSON) {
    guard path.count < JSONParser.deepest else {
      throw failure(.other("nested deeper than \(JSONParser.deepest) levels"), at: index)
    }
    index += 1
    skipWhitespace()
    if take(close) { return }
    while true {
      skipWhitespace()
      try element(&self)
      skipWhitespace()
      if take(close) { return }
      guard take(",") else { throw expected("\",\" or \"\(close)\"") }
    }
  }

  // MARK: - Strings and numbers

  private mutating func string() throws(InvalidJSON) -> String {
    let start = index
    index += 1
    var text = plainText()
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else {
        throw failure(.other("unescaped control character in string"), at: index)
      }
      if byte == UInt8(ascii: "\\") {
        try text.append(contentsOf: escape())
      }
      text += plainText()
    }
    guard take("\"") else { throw failure(.other("unterminated string"), at: start) }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw failure(.other("string is not valid UTF-8"), at: start)
    }
    return string
  }

  /// Up to a quote, an escape or an invalid byte.
  private mutating func plainText() -> ArraySlice<UInt8> {
    let start = index
    while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      index += 1
    }
    return bytes[start..<index]
  }

  /// The UTF-8 of the escape that begins here.
  private mutating func escape() throws(InvalidJSON) -> [UInt8] {
    let start = index
    index += 1
    let simple: [UInt8: UInt8] = [
      UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F,
      UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
      UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]
    if let byte = next.flatMap({ simple[$0] }) {
      index += 1
      return [byte]
    }
    guard take("u"), let first = codeUnit() else {
      throw failure(.other("invalid escape in string"), at: start)
    }
    var units = [first]
    if UTF16.isLeadSurrogate(first), take("\\u"), let second = codeUnit() { units.append(second) }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw failure(.other("unpaired surrogate in string"), at: start)
    }
    return Array(text.utf8)
  }

  /// Four hexadecimal digits.
  private mutating func codeUnit() -> UInt16? {
    let digits = bytes[index...].prefix(4)
    let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard digits.count == 4, isHexadecimal else { return nil }
    index += 4
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private mutating func number() throws(InvalidJSON) -> String {
    let start = index
    _ = take("-")
    // No digit may follow a leading zero.
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      try digits()
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func digits() throws(InvalidJSON) {
    let start = index
    while let byte = next, JSONParser.isDigit(byte) { index += 1 }
    guard index > start else { throw expected("a digit") }
  }

  // MARK: - Bytes

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipWhitespace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      index += 1
    }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - index >= count else { return false }
    for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] { return false }
    index += count
    return true
  }

  // MARK: - Errors

  private func expected(_ what: String) -> InvalidJSON {
    failure(.expected(what, got: found), at: index)
  }

  private var found: String {
    guard index < bytes.count else { return "end of input" }
    guard
      let character = String(decoding: bytes[index...].prefix(4), as: UTF8.self).unicodeScalars
        .first,
      character != "\u{FFFD}"
    else { return "byte 0x" + String(bytes[index], radix: 16) }
    return JSONValue.string(String(character)).description.replacing("\"\\\"\"", with: "'\"'")
  }

  private func failure(_ reason: InvalidJSON.Reason, at place: Int) -> InvalidJSON {
    let before = bytes[..<place]
    let line = before.count { $0 == 0x0A } + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
    return InvalidJSON(reason: reason, line: line, column: column)
  }
}

/// Names compared by their bytes: `String` treats canonically equivalent spellings as equal.
private struct NameSet {
  private var few: [String] = []
  private var many: Set<[UInt8]> = []

  /// Whether the name is new.
  mutating func insert(_ name: String) -> Bool {
    guard few.count == 8 else {
      guard !few.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else { return false }
      few.append(name)
      if few.count == 8 { many = Set(few.map { Array($0.utf8) }) }
      return true
    }
    return many.insert(Array(name.utf8)).inserted
  }
}

extension JSONValue {
  /// Parses a JSON text in UTF-8.
  public init(parsing bytes: [UInt8]) throws(InvalidJSON) {
    var parser = JSONParser(bytes)
    self = try parser.document()
  }
}
