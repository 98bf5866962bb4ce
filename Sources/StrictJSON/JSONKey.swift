/// A member name or element index in a coding path.
public struct JSONKey: CodingKey {
  public let stringValue: String
  public let intValue: Int?

  public init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }

  public init(intValue: Int) { (stringValue, self.intValue) = ("\(intValue)", intValue) }
}

extension [any CodingKey] {
  /// `events[0].fault.code`; nil for the root.
  var pathText: String? {
    isEmpty
      ? nil
      : reduce("") { path, key in
        if let index = key.intValue { return "\(path)[\(index)]" }
        let name = JSONValue.string(String(key.stringValue.prefix(100))).description
        return path + (path.isEmpty ? "" : ".") + name.dropFirst().dropLast()
      }
  }
}
