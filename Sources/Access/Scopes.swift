/// What a client may do. The names are those in the `scope` of a token (RFC 6749, section 3.3).
public struct Scopes: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Query readings.
  public static let readSignals = Scopes(rawValue: 1)
  /// View the producer's state.
  public static let readProducer = Scopes(rawValue: 2)
  /// Start, stop and reconfigure the producer.
  public static let controlProducer = Scopes(rawValue: 4)
  public static let all: Scopes = [.readSignals, .readProducer, .controlProducer]

  private static let named: [(name: String, scope: Scopes)] = [
    ("signals:read", .readSignals), ("producer:read", .readProducer),
    ("producer:control", .controlProducer),
  ]

  /// All scope names.
  public static var allNames: [String] { named.map(\.name) }

  /// Nil for an unknown name.
  public init?(name: String) {
    guard let known = Scopes.named.first(where: { $0.name == name }) else { return nil }
    self = known.scope
  }

  /// The known scopes in a space-separated list; others are ignored.
  public init(list: String) {
    self = []
    for name in list.split(separator: " ") { formUnion(Scopes(name: String(name)) ?? []) }
  }

  /// The names, space-separated.
  public var list: String {
    Scopes.named.filter { contains($0.scope) }.map(\.name).joined(separator: " ")
  }
}
