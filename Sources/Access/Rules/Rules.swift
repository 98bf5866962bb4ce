/// What is decided by, as the files say at one moment.
struct Rules: Sendable {
  var keys = KeySet.empty
  var clients = ClientList.empty
}

/// What a service was told about who may do what.
public struct AccessSettings: Sendable {
  /// Who may read without showing anything.
  public enum OpenReading: String, Sendable, CaseIterable {
    /// Whoever asks from this machine.
    case loopback
    case everybody
    case nobody
  }

  /// The path of the JWKS; nil accepts no token.
  public var keysFile: String?
  /// Whose tokens are taken.
  public var issuer = "signals"
  /// Whom they have to be meant for.
  public var audience = "signals"
  /// The path of the ``ClientList``; nil knows no certificate.
  public var clientsFile: String?
  public var openReading = OpenReading.loopback
  /// A secret that lets whoever shows it do everything.
  public var secret: [UInt8]?

  public init() {}

  /// Whether nothing that anybody could show would do.
  public var admitsNobody: Bool { secret == nil && keysFile == nil && clientsFile == nil }
}
