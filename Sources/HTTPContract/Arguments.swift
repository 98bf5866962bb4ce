/// The validated query arguments of a request: each known, valid and given once.
public struct Arguments: Sendable {
  private let given: [(name: String, value: String)]

  /// No arguments.
  public init() { given = [] }

  /// - Parameter query: The raw query string.
  /// - Throws: ``InvalidArgument`` stating what is wrong and what is expected.
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

  /// The value of a declared parameter, or its default.
  public subscript<Value>(_ parameter: Parameter<Value>) -> Value {
    let name = parameter.declaration.name
    if let text = given.first(where: { $0.name == name })?.value,
      let value = parameter.value(of: text)
    {
      return value
    }
    guard let fallback = parameter.fallback else {
      preconditionFailure("\(name) has neither a value nor a default")
    }
    return fallback
  }
}

/// Why a query is invalid; safe to send to the client.
public struct InvalidArgument: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }

  fileprivate static func unknown(_ name: String, _ known: [String]) -> InvalidArgument {
    let expected =
      known.isEmpty
      ? "no parameters are expected" : "expected one of \(known.joined(separator: ", "))"
    return InvalidArgument("unknown parameter \"\(name.prefix(100))\"; \(expected)")
  }
}
