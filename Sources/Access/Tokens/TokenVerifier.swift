internal import JWTKit

/// Verifies tokens as RFC 8725 recommends. A pure function of keys, token and time.
///
/// JWTKit's keys check the signature, but its parser is not used: it falls back to another key when the
/// `kid` is unknown, ignores the `alg` of the header and accepts invalid base64url.
public struct TokenVerifier: Sendable {
  /// A valid token.
  public struct Verified: Sendable, Hashable {
    public let principal: Principal
    public let validity: Validity
  }

  /// The maximum length in bytes; the web server accepts no longer header either.
  public static let longest = 4096

  private let keys: KeySet
  private let issuer: String
  private let audience: String

  public init(keys: KeySet, issuer: String, audience: String) {
    self.keys = keys
    self.issuer = issuer
    self.audience = audience
  }

  /// Takes about 0.1 ms per signature, so it must not run on a serving thread.
  ///
  /// - Parameter now: Seconds since 1970 UTC.
  public func verify(_ token: some Collection<UInt8>, at now: Double) throws(TokenError) -> Verified
  {
    guard token.count <= TokenVerifier.longest else { throw .tooLong }
    let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64URL.decode(parts[0]),
      let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
    else { throw .malformed }
    let (kid, key) = try self.key(for: TokenHeader(json: header))
    let signed = Array(token.prefix(parts[0].count + 1 + parts[1].count))
    guard (try? key.signer.verify(signature, signs: signed)) == true else { throw .signature }
    // Claims are read only after the signature is verified.
    let claims = try TokenPart.decode(TokenClaims.self, payload, .claims)
    guard claims.issuer == issuer else { throw .issuer }
    guard claims.audiences.contains(audience) else { throw .audience }
    let validity = Validity(notBefore: claims.notBefore, expires: claims.expires)
    if let refusal = validity.refusal(at: now) { throw refusal }
    let principal = Principal(
      name: claims.subject ?? "", proof: .token(key: kid), scopes: Scopes(list: claims.scope ?? ""))
    return Verified(principal: principal, validity: validity)
  }

  private func key(for header: TokenHeader) throws(TokenError) -> (kid: String, KeySet.Key) {
    guard let algorithm = Algorithm(rawValue: header.alg) else { throw .algorithm }
    guard let kid = header.kid else { throw .missingKeyID }
    guard let key = keys.key(named: kid, for: algorithm) else {
      throw keys.hasKey(named: kid) ? .algorithmMismatch : .unknownKey
    }
    return (kid, key)
  }
}
