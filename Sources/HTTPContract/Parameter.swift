public import StrictJSON

/// A parameter of an endpoint, in its path or its query: how its text is read and described.
public struct Parameter<Value: Sendable>: Sendable {
  /// The parameter as routing, messages and documentation see it.
  public let declaration: ParameterDeclaration
  /// What holds when the parameter is left out; nil when nothing does.
  public let fallback: Value?
  private let read: @Sendable (String) -> Value?

  /// - Parameters:
  ///   - expected: What a value has to be, as in "an integer from 1 to 1000".
  ///   - schema: JSON Schema of the value.
  ///   - read: The value of a text; nil for a text that is none.
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

  /// The value that a text stands for; nil when it is none.
  public func value(of text: String) -> Value? { read(text) }
}

/// A parameter without the type of its value.
public struct ParameterDeclaration: Sendable {
  public let name: String
  /// One sentence for people.
  public let help: String
  /// What a value has to be, as in "an integer from 1 to 1000".
  public let expected: String
  /// JSON Schema of the value.
  public let schema: JSONValue
  public let example: JSONValue?
  /// Whether a text is a value.
  public let isValid: @Sendable (String) -> Bool
}

extension Parameter where Value == Int {
  /// A whole number within a range.
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
      // As the schema has it: digits, without a sign of its own kind or leading blanks.
      guard let number = Int(text), range.contains(number), !text.hasPrefix("+") else { return nil }
      return number
    }
  }
}

extension Parameter where Value == String? {
  /// A text of so many characters, which may be left out.
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
      expected: "a text of \(length.lowerBound) to \(length.upperBound) characters",
      schema: .object(schema), example: example.map { .string($0) }, default: .some(nil)
    ) { text in
      // As JSON Schema counts them.
      length.contains(text.unicodeScalars.count) ? .some(text) : nil
    }
  }
}
