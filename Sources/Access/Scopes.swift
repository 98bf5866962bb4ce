/// What somebody may do. The names are those of the `scope` of a token (RFC 6749, section 3.3).
public struct Scopes: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Ask for readings.
  public static let readSignals = Scopes(rawValue: 1)
  /// Look at the producer.
  public static let readProducer = Scopes(rawValue: 2)
  /// Start, stop and change the producer.
  public static let controlProducer = Scopes(rawValue: 4)
  public static let all: Scopes = [.readSignals, .readProducer, .controlProducer]

  private static let named: [(name: String, scope: Scopes)] = [
    ("signals:read", .readSignals), ("producer:read", .readProducer),
    ("producer:control", .controlProducer),
  ]

  /// The names of all that there are.
  public static var allNames: [String] { named.map(\.name) }

  /// The scope of one name; nil for a name that is not ours.
  public init?(name: String) {
    guard let known = Scopes.named.first(where: { $0.name == name }) else { return nil }
    self = known.scope
  }

  /// Those of ours in a list with blanks between; what others mean by the rest is not our business.
  public init(list: String) {
    self = []
    for name in list.split(separator: " ") { formUnion(Scopes(name: String(name)) ?? []) }
  }

  /// The names, with blanks between.
  public var list: String {
    Scopes.named.filter { contains($0.scope) }.map(\.name).joined(separator: " ")
  }
}
