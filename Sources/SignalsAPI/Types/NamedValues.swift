internal import StrictJSON

/// An object whose members' names are data, in their order.
public struct NamedValues<Value: Codable & Hashable & Sendable>: Hashable, Sendable {
  public var members: [Member]

  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: Value
  }

  public init(_ members: [(name: String, value: Value)]) {
    self.members = members.map { Member(name: $0.name, value: $0.value) }
  }

  /// The value of the first member of that name; nil when there is none.
  public subscript(name: String) -> Value? { members.first { $0.name == name }?.value }
}

extension NamedValues: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, Value)...) {
    self.init(elements.map { (name: $0.0, value: $0.1) })
  }
}

extension NamedValues: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    members = try container.allKeys.map {
      Member(name: $0.stringValue, value: try container.decode(Value.self, forKey: $0))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    for member in members {
      try container.encode(member.value, forKey: JSONKey(stringValue: member.name))
    }
  }
}
