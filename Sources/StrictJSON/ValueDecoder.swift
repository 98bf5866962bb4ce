/// Decodes a `Decodable` from a value. A mismatch is a `DecodingError` whose text states what was
/// expected and what was found; ``explanation(of:)`` puts the member's path in front.
struct ValueDecoder: Decoder {
  let value: JSONValue
  /// The path of the enclosing value; the full path is built only for errors.
  let outerPath: [any CodingKey]
  let key: (any CodingKey)?
  var codingPath: [any CodingKey] { key.map { outerPath + [$0] } ?? outerPath }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let members) = value else {
      throw mismatch([String: JSONValue].self, "an object")
    }
    return KeyedDecodingContainer(ObjectContainer(members: members, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw mismatch([JSONValue].self, "an array") }
    return ArrayContainer(elements: elements, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func mismatch(_ type: any Any.Type, _ expected: String) -> DecodingError {
    .typeMismatch(
      type,
      .init(codingPath: codingPath, debugDescription: "must be \(expected) (got \(value.short))"))
  }
}

extension ValueDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { value == .null }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let decoded: Any
    switch type {
    case is JSONValue.Type: decoded = value
    case is String.Type: decoded = try string()
    case is Bool.Type: decoded = try bool()
    case is Double.Type: decoded = try double()
    case is Float.Type: decoded = Float(try double())
    case is Int.Type: decoded = try integer(Int.self)
    case is Int8.Type: decoded = try integer(Int8.self)
    case is Int16.Type: decoded = try integer(Int16.self)
    case is Int32.Type: decoded = try integer(Int32.self)
    case is Int64.Type: decoded = try integer(Int64.self)
    case is UInt.Type: decoded = try integer(UInt.self)
    case is UInt8.Type: decoded = try integer(UInt8.self)
    case is UInt16.Type: decoded = try integer(UInt16.self)
    case is UInt32.Type: decoded = try integer(UInt32.self)
    case is UInt64.Type: decoded = try integer(UInt64.self)
    default: return try T(from: self)
    }
    return decoded as! T
  }

  private func string() throws -> String {
    guard case .string(let string) = value else { throw mismatch(String.self, "a string") }
    return string
  }

  private func bool() throws -> Bool {
    guard case .bool(let bool) = value else { throw mismatch(Bool.self, "true or false") }
    return bool
  }

  func double(_ expected: String = "a number") throws -> Double {
    guard case .number(let text) = value, let number = Double(text), number.isFinite else {
      throw mismatch(Double.self, expected)
    }
    return number
  }

  /// JSON has one number type: `1e2` and `100.0` are integers like `100`.
  func integer<T: FixedWidthInteger>(_ type: T.Type, in range: ClosedRange<T> = .min ... .max)
    throws
    -> T
  {
    guard let number = value.integer(T.self), range.contains(number) else {
      let isAny = range == .min ... .max && value.integer(T.self) == nil && !value.isWhole
      throw mismatch(
        type,
        isAny ? "an integer" : "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}

extension JSONValue {
  fileprivate func integer<T: FixedWidthInteger>(_ type: T.Type) -> T? {
    guard case .number(let text) = self else { return nil }
    if let number = T(text) { return number }
    // Below 2^53 a double represents every integer exactly.
    guard let double = Double(text), abs(double) < 0x1p53 else { return nil }
    return T(exactly: double)
  }

  /// Whether it is a number without a fraction or an exponent.
  fileprivate var isWhole: Bool {
    if case .number(let text) = self {
      text.utf8.allSatisfy { ![0x2E, 0x45, 0x65].contains($0) }
    } else {
      false
    }
  }

  /// The value as shown in messages.
  var short: String {
    switch self {
    case .array: return "an array"
    case .object: return "an object"
    case .string(let text):
      let start = JSONValue.string(String(text.unicodeScalars.prefix(100))).description
      return text.unicodeScalars.count > 100 ? "\(start)…" : start
    default: return String(description.prefix(100))
    }
  }
}

extension JSONValue: Decodable {
  /// Only from a ``JSONValue``: other decoders do not preserve the spelling of numbers.
  public init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? ValueDecoder else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not decoded from a JSONValue"))
    }
    self = decoder.value
  }

  /// Decodes a value of type `T`.
  ///
  /// - Throws: `DecodingError`, or whatever `type` throws.
  public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
    try ValueDecoder(value: self, outerPath: [], key: nil).decode(type)
  }
}

extension DecodingError {
  /// A one-line message that begins with the path of the member: `rates.power_hz must be an integer
  /// (got 0.5)`.
  ///
  /// - Parameter source: What the JSON is, such as "the body".
  public func explanation(of source: String) -> String {
    func path(_ context: Context, _ last: [any CodingKey] = []) -> String {
      (context.codingPath + last).pathText ?? source
    }
    return switch self {
    case .keyNotFound(let key, let context): "\(path(context, [key])) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(path(context)) \(context.debugDescription)"
    case .dataCorrupted(let context): "\(path(context)): \(context.debugDescription)"
    @unknown default: "\(source) cannot be decoded"
    }
  }
}
