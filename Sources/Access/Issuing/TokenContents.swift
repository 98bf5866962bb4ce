/// The unverified contents of a token: for display only.
public struct TokenContents: Sendable {
  public let algorithm: String
  public let keyName: String?
  public let issuer: String
  public let audiences: [String]
  public let subject: String?
  public let scope: String?
  public let validity: Validity

  public init(unverified token: some Collection<UInt8>) throws(TokenError) {
    guard token.count <= TokenVerifier.longest else { throw .tooLong }
    let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64URL.decode(parts[0]),
      let payload = Base64URL.decode(parts[1]), Base64URL.decode(parts[2]) != nil
    else { throw .malformed }
    let head = try TokenHeader(json: header)
    let claims = try TokenPart.decode(TokenClaims.self, payload, .claims)
    algorithm = head.alg
    keyName = head.kid
    issuer = claims.issuer
    audiences = claims.audiences
    subject = claims.subject
    scope = claims.scope
    validity = Validity(notBefore: claims.notBefore, expires: claims.expires)
  }
}
