/// What a token says (RFC 7519), as far as it is looked at.
struct TokenClaims: Decodable {
  let issuer: String
  let audiences: [String]
  let subject: String?
  let scope: String?
  /// Seconds since 1970 UTC, with a fraction or not.
  let expires: Double
  let notBefore: Double?

  private enum Member: String, CodingKey { case iss, aud, sub, scope, exp, nbf, iat }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Member.self)
    issuer = try members.decode(String.self, forKey: .iss)
    if let one = try? members.decode(String.self, forKey: .aud) {
      audiences = [one]
    } else {
      audiences = try members.decode([String].self, forKey: .aud)
    }
    subject = try members.decodeIfPresent(String.self, forKey: .sub)
    scope = try members.decodeIfPresent(String.self, forKey: .scope)
    expires = try members.decode(Double.self, forKey: .exp)
    notBefore = try members.decodeIfPresent(Double.self, forKey: .nbf)
    // Decides nothing, but a token in which it is no number was not made by an issuer.
    _ = try members.decodeIfPresent(Double.self, forKey: .iat)
    guard Validity.dates.contains(expires), notBefore.map(Validity.dates.contains) ?? true else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [Member.exp], debugDescription: "no date"))
    }
  }
}
