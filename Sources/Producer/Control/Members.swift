/// The members of a JSON object, none of which may be unknown.
struct Members {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let container: KeyedDecodingContainer<Key>

  init(_ decoder: any Decoder, _ names: [String]) throws {
    container = try decoder.container(keyedBy: Key.self)
    if let unknown = container.allKeys.first(where: { !names.contains($0.stringValue) }) {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath + [unknown],
          debugDescription: "there is no such member; accepted are \(names.joined(separator: ", "))"
        ))
    }
  }

  /// Looks into a member that is an object, if it is there.
  func check(_ name: String, _ names: [String]) throws {
    let key = Key(stringValue: name)
    guard container.contains(key) else { return }
    _ = try Members(container.superDecoder(forKey: key), names)
  }

  func required<T: Decodable>(_ name: String) throws -> T {
    try container.decode(T.self, forKey: Key(stringValue: name))
  }

  func optional<T: Decodable>(_ name: String) throws -> T? {
    try container.decodeIfPresent(T.self, forKey: Key(stringValue: name))
  }
}
