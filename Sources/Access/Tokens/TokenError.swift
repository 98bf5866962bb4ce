/// Why a token was rejected: for the log and for `token inspect`, never for the client that presented
/// it.
public enum TokenError: String, Error, Sendable, CaseIterable, CustomStringConvertible {
  case tooLong = "longer than 4096 bytes"
  case malformed = "not a JWT: expected three base64url parts, the first two of them JSON objects"
  case duplicateMember = "duplicate member"
  case critical = "unsupported critical extension (crit)"
  case type = "not an access token (typ)"
  case algorithm = "unsupported algorithm (alg)"
  case missingKeyID = "missing key ID (kid)"
  case unknownKey = "unknown key ID (kid)"
  case algorithmMismatch = "algorithm does not match the key"
  case signature = "invalid signature"
  case claims = "iss, aud or exp is missing or has the wrong type"
  case issuer = "wrong issuer"
  case audience = "wrong audience"
  case expired = "expired"
  case notYetValid = "not valid yet"

  public var description: String { rawValue }
}
