/// A snapshot of the access rules.
struct Rules: Sendable {
  var keys = KeySet.empty
  var clients = ClientList.empty
}

/// The access settings of a service.
public struct AccessSettings: Sendable {
  /// Who may read without credentials.
  public enum AnonymousReads: String, Sendable, CaseIterable {
    /// Clients on this machine.
    case loopback
    case everybody
    case nobody
  }

  /// The path of the JWKS; nil accepts no tokens.
  public var keysFile: String?
  /// The required issuer of tokens.
  public var issuer = "signals"
  /// The required audience of tokens.
  public var audience = "signals"
  /// The path of the ``ClientList``; nil accepts no certificates.
  public var clientsFile: String?
  public var anonymousReads = AnonymousReads.loopback
  /// A secret that grants every scope.
  public var secret: [UInt8]?

  public init() {}

  /// Whether no credentials would be accepted.
  public var deniesAll: Bool { secret == nil && keysFile == nil && clientsFile == nil }
}
