/// The supported signature algorithms. Each is bound to one key type, so that a key is never used with
/// another algorithm, and there is no `none`.
public enum Algorithm: String, Sendable, CaseIterable, Decodable {
  case es256 = "ES256"
  case edDSA = "EdDSA"
  case rs256 = "RS256"
  case hs256 = "HS256"

  /// The algorithm for a key type; nil for an unsupported one.
  ///
  /// - Parameters:
  ///   - type: The `kty` parameter of RFC 7517.
  ///   - curve: The `crv` parameter, for key types that have one.
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
