/// The ways to sign that are accepted. Each is bound to one kind of key, so that no key ever serves
/// another algorithm than its own, and there is no way to sign with none.
public enum Algorithm: String, Sendable, CaseIterable, Decodable {
  case es256 = "ES256"
  case edDSA = "EdDSA"
  case rs256 = "RS256"
  case hs256 = "HS256"

  /// The one that a key of this kind is for; nil for a kind that is not accepted.
  ///
  /// - Parameters:
  ///   - type: `kty` of RFC 7517.
  ///   - curve: `crv`, for the kinds that have one.
  init?(keyType type: String, curve: String?) {
    switch (type, curve) {
    case ("EC", "P-256"): self = .es256
    case ("OKP", "Ed25519"): self = .edDSA
    case ("RSA", nil): self = .rs256
    case ("oct", nil): self = .hs256
    default: return nil
    }
  }
}
