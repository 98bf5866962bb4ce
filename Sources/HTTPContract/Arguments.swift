/// What a request gives for the parameters of an endpoint's query: all of them known, valid and given
/// once.
public struct Arguments: Sendable {
  private let given: [(name: String, value: String)]

  /// None at all.
  public init() { given = [] }

  /// - Parameter query: What is behind the question mark, as it was sent.
  /// - Throws: ``InvalidArgument`` that names what is wrong and what is expected.
  public init(_ query: some Collection<UInt8>, for endpoint: Endpoint) throws(InvalidArgument) {
    given = query.isEmpty ? [] : try QueryString(query).items
    for (index, (name, value)) in given.enumerated() {
      guard let parameter = endpoint.parameters.first(where: { $0.name == name }) else {
        throw .unknown(name, endpoint.parameters.map(\.name))
      }
      guard !given[..<index].contains(where: { $0.name == name }) else {
        throw InvalidArgument("\(name) is given more than once")
      }
      guard parameter.isValid(value) else {
        throw InvalidArgument(
          "\(name) must be \(parameter.expected) (got \"\(value.prefix(100))\")")
      }
    }
  }

  /// The value of a declared parameter, or what holds without one.
  public subscript<Value>(_ parameter: Parameter<Value>) -> Value {
    let name = parameter.declaration.name
    if let text = given.first(where: { $0.name == name })?.value,
      let value = parameter.value(of: text)
    {
      return value
    }
    guard let fallback = parameter.fallback else {
      preconditionFailure("\(name) has no value, and none to fall back on")
    }
    return fallback
  }
}

/// Why a request's query cannot be used, for the client.
public struct InvalidArgument: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }

  fileprivate static func unknown(_ name: String, _ known: [String]) -> InvalidArgument {
    let expected =
      known.isEmpty ? "none is expected" : "expected one of \(known.joined(separator: ", "))"
    return InvalidArgument("unknown parameter \"\(name.prefix(100))\"; \(expected)")
  }
}
