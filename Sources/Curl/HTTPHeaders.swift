/// Header fields in order; names are case-insensitive.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
  private var fields: [(name: String, value: String)] = []

  /// No fields.
  public init() {}

  /// Fields in the order of the literal; names may repeat.
  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { (name: $0.0, value: $0.1) }
  }

  /// The first field of that name. Setting it replaces all fields of that name; nil removes them.
  public subscript(name: String) -> String? {
    get { fields.first { Self.isSame($0.name, name) }?.value }
    set {
      fields.removeAll { Self.isSame($0.name, name) }
      if let newValue { append(newValue, named: name) }
    }
  }

  /// All fields of that name, in order.
  public func values(of name: String) -> [String] {
    fields.filter { Self.isSame($0.name, name) }.map(\.value)
  }

  /// Adds a field at the end, even if the name exists.
  public mutating func append(_ value: String, named name: String) {
    fields.append((name: name, value: value))
  }

  /// Continues the last field with an obsolete folded line (RFC 9112, 5.2).
  mutating func fold(_ text: String) {
    guard let last = fields.indices.last else { return }
    fields[last].value += " " + text
  }

  /// Field names are case-insensitive in ASCII only (RFC 9110, 5.1).
  private static func isSame(_ one: String, _ other: String) -> Bool {
    one.utf8.elementsEqual(other.utf8) { lowercased($0) == lowercased($1) }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
  }
}

extension HTTPHeaders: RandomAccessCollection {
  /// The position of the first field.
  public var startIndex: Int { fields.startIndex }
  /// The position after the last field.
  public var endIndex: Int { fields.endIndex }
  /// The field at a position.
  public subscript(position: Int) -> (name: String, value: String) { fields[position] }
}
