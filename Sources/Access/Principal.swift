/// Who asks, as far as it has been proved.
public struct Principal: Sendable, Hashable {
  /// What proves it.
  public enum Proof: Sendable, Hashable {
    /// A token, signed with the key of this name.
    case token(key: String)
    /// A certificate that the web server has verified.
    case certificate
    /// A secret that the service was given, such as `CONTROL_TOKEN`.
    case secret
    /// None: who asks from an address that needs none.
    case address
  }

  /// As a log shows it: the subject of the token or of the certificate.
  public let name: String
  public let proof: Proof
  public let scopes: Scopes

  public init(name: String, proof: Proof, scopes: Scopes) {
    self.name = name
    self.proof = proof
    self.scopes = scopes
  }
}

extension Principal.Proof: CustomStringConvertible {
  public var description: String {
    switch self {
    case .token(let key): "token of key \(key)"
    case .certificate: "certificate"
    case .secret: "control token"
    case .address: "address"
    }
  }
}
