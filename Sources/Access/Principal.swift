/// An authenticated client.
public struct Principal: Sendable, Hashable {
  /// How the client was authenticated.
  public enum Proof: Sendable, Hashable {
    /// A token signed with the named key.
    case token(key: String)
    /// A certificate verified by the web server.
    case certificate
    /// A configured secret, such as `CONTROL_TOKEN`.
    case secret
    /// Nothing: the address may read without credentials.
    case address
  }

  /// The name in logs: the subject of the token or certificate.
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
