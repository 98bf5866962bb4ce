/// The claims of a token that matter here (RFC 7519).
struct TokenClaims: Decodable {
  let issuer: String
  let audiences: [String]
  let subject: String?
  let scope: String?
  /// Seconds since 1970 UTC, possibly fractional.
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
    // Not used, but an issuer always writes a number.
    _ = try members.decodeIfPresent(Double.self, forKey: .iat)
    guard Validity.dates.contains(expires), notBefore.map(Validity.dates.contains) ?? true else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [Member.exp], debugDescription: "not a date"))
    }
  }
}
