/// Makes a value out of an `Encodable`, with its members in the order in which they are encoded.
struct ValueEncoder: Encoder {
  let target: EncodingTarget
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(MembersEncoder(target: target, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    ElementsEncoder(target: target, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension ValueEncoder: SingleValueEncodingContainer {
  func encodeNil() { target.scalar = .null }

  func encode<T: Encodable>(_ value: T) throws {
    let scalar: JSONValue
    switch value {
    case let value as String: scalar = .string(value)
    case let value as Bool: scalar = .bool(value)
    case let value as Double: scalar = .double(value)
    case let value as Float: scalar = .double(Double(value))
    case let value as Int: scalar = .number("\(value)")
    case let value as Int8: scalar = .number("\(value)")
    case let value as Int16: scalar = .number("\(value)")
    case let value as Int32: scalar = .number("\(value)")
    case let value as Int64: scalar = .number("\(value)")
    case let value as UInt: scalar = .number("\(value)")
    case let value as UInt8: scalar = .number("\(value)")
    case let value as UInt16: scalar = .number("\(value)")
    case let value as UInt32: scalar = .number("\(value)")
    case let value as UInt64: scalar = .number("\(value)")
    default: return try value.encode(to: self)
    }
    target.scalar = scalar
  }
}

/// The place of a value that is encoded, shared by the containers that write to it; an object unless
/// something else is written.
final class EncodingTarget {
  var scalar: JSONValue?
  var elements: [EncodingTarget]?
  private var members: [(name: String, target: EncodingTarget)] = []

  func member(_ name: String) -> EncodingTarget {
    let target = EncodingTarget()
    members.append((name, target))
    return target
  }

  func element() -> EncodingTarget {
    let target = EncodingTarget()
    elements?.append(target)
    return target
  }

  var value: JSONValue {
    scalar ?? elements.map { .array($0.map(\.value)) }
      ?? .object(members.map { .init($0.name, $0.target.value) })
  }
}

struct MembersEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let target: EncodingTarget
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) { encoder(key).encodeNil() }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try encoder(key).encode(value) }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
    -> KeyedEncodingContainer<Nested>
  { encoder(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder(key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { ValueEncoder(target: target, codingPath: codingPath) }

  func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }

  private func encoder(_ key: Key) -> ValueEncoder {
    ValueEncoder(target: target.member(key.stringValue), codingPath: codingPath + [key])
  }
}

struct ElementsEncoder: UnkeyedEncodingContainer {
  let target: EncodingTarget
  let codingPath: [any CodingKey]
  var count: Int { target.elements?.count ?? 0 }

  init(target: EncodingTarget, codingPath: [any CodingKey]) {
    (self.target, self.codingPath) = (target, codingPath)
    target.elements = []
  }

  func encodeNil() { encoder().encodeNil() }

  func encode<T: Encodable>(_ value: T) throws { try encoder().encode(value) }

  func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    encoder().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }

  func superEncoder() -> any Encoder { encoder() }

  private func encoder() -> ValueEncoder {
    let key = JSONKey(intValue: count)
    return ValueEncoder(target: target.element(), codingPath: codingPath + [key])
  }
}

extension JSONValue {
  /// What a value is in JSON.
  ///
  /// - Throws: What `value` throws.
  public init(encoding value: some Encodable) throws {
    let target = EncodingTarget()
    try ValueEncoder(target: target, codingPath: []).encode(value)
    self = target.value
  }

  /// The shortest number that is read back as the same; a whole one without a point. What JSON cannot
  /// say, infinity and NaN, is null.
  static func double(_ value: Double) -> JSONValue {
    guard value.isFinite else { return .null }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return .number("\(whole)") }
    return .number("\(value)")
  }
}
