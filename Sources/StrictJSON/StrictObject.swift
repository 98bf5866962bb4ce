/// A JSON object that rejects unknown members: a misspelled one would silently have no effect.
public struct StrictObject {
  private let container: KeyedDecodingContainer<JSONKey>

  /// - Throws: `DecodingError` for a member that is not in `names`.
  public init(_ decoder: any Decoder, _ names: [String]) throws {
    container = try decoder.container(keyedBy: JSONKey.self)
    if let unknown = container.allKeys.first(where: { !names.contains($0.stringValue) }) {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath + [unknown],
          debugDescription: "unknown field (expected one of \(names.joined(separator: ", ")))"))
    }
  }

  /// Checks the members of a nested object, if it is present.
  public func check(_ name: String, _ names: [String]) throws {
    let key = JSONKey(stringValue: name)
    guard container.contains(key) else { return }
    _ = try StrictObject(container.superDecoder(forKey: key), names)
  }

  public func required<T: Decodable>(_ name: String) throws -> T {
    try container.decode(T.self, forKey: JSONKey(stringValue: name))
  }

  public func optional<T: Decodable>(_ name: String) throws -> T? {
    try container.decodeIfPresent(T.self, forKey: JSONKey(stringValue: name))
  }

  /// An integer within a range, which the error message states.
  public func required<T: FixedWidthInteger>(_ name: String, in range: ClosedRange<T>) throws -> T {
    try value(name).integer(T.self, in: range)
  }

  /// - SeeAlso: ``required(_:in:)``
  public func optional<T: FixedWidthInteger>(_ name: String, in range: ClosedRange<T>) throws -> T?
  {
    guard let _: JSONValue = try optional(name) else { return nil }
    return try required(name, in: range)
  }

  private func value(_ name: String) throws -> ValueDecoder {
    let key = JSONKey(stringValue: name)
    let value = try container.decode(JSONValue.self, forKey: key)
    return ValueDecoder(value: value, outerPath: container.codingPath, key: key)
  }
}
