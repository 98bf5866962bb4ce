public import StrictJSON

/// A path or query parameter of an endpoint: how it is parsed and described.
public struct Parameter<Value: Sendable>: Sendable {
  /// The declaration, without the value type.
  public let declaration: ParameterDeclaration
  /// The default; nil when there is none.
  public let fallback: Value?
  private let read: @Sendable (String) -> Value?

  /// - Parameters:
  ///   - expected: What a value must be, such as "an integer from 1 to 1000".
  ///   - schema: The JSON Schema of the value.
  ///   - read: Parses a value; nil when it is invalid.
  public init(
    _ name: String, help: String, expected: String, schema: JSONValue, example: JSONValue? = nil,
    default fallback: Value? = nil, read: @escaping @Sendable (String) -> Value?
  ) {
    self.fallback = fallback
    self.read = read
    declaration = ParameterDeclaration(
      name: name, help: help, expected: expected, schema: schema, example: example,
      isValid: { read($0) != nil })
  }

  /// The parsed value; nil when `text` is invalid.
  public func value(of text: String) -> Value? { read(text) }
}

/// A parameter without the type of its value.
public struct ParameterDeclaration: Sendable {
  public let name: String
  /// A one-sentence description.
  public let help: String
  /// What a value must be, such as "an integer from 1 to 1000".
  public let expected: String
  /// The JSON Schema of the value.
  public let schema: JSONValue
  public let example: JSONValue?
  /// Whether `text` is a valid value.
  public let isValid: @Sendable (String) -> Bool
}

extension Parameter where Value == Int {
  /// An integer within a range.
  public static func integer(
    _ name: String, in range: ClosedRange<Int>, default fallback: Int? = nil, help: String
  ) -> Parameter {
    var schema: [JSONValue.Member] = [
      .init("type", "integer"), .init("minimum", .integer(range.lowerBound)),
      .init("maximum", .integer(range.upperBound)),
    ]
    if let fallback { schema.append(.init("default", .integer(fallback))) }
    return Parameter(
      name, help: help,
      expected: "an integer from \(range.lowerBound) to \(range.upperBound)",
      schema: .object(schema), default: fallback
    ) { text in
      // As in the schema: digits only, without a plus sign or leading spaces.
      guard let number = Int(text), range.contains(number), !text.hasPrefix("+") else { return nil }
      return number
    }
  }
}

extension Parameter where Value == String? {
  /// An optional string within a range of lengths.
  public static func text(
    _ name: String, length: ClosedRange<Int>, pattern: String? = nil, example: String? = nil,
    help: String
  ) -> Parameter {
    var schema: [JSONValue.Member] = [
      .init("type", "string"), .init("minLength", .integer(length.lowerBound)),
      .init("maxLength", .integer(length.upperBound)),
    ]
    if let pattern { schema.append(.init("pattern", .string(pattern))) }
    return Parameter(
      name, help: help,
      expected: "a string of \(length.lowerBound) to \(length.upperBound) characters",
      schema: .object(schema), example: example.map { .string($0) }, default: .some(nil)
    ) { text in
      // JSON Schema counts code points.
      length.contains(text.unicodeScalars.count) ? .some(text) : nil
    }
  }
}
