/// Why a token was refused: for the log and for whoever inspects a token of their own, never for a
/// client that shows one.
public enum Refusal: String, Error, Sendable, CaseIterable, CustomStringConvertible {
  case tooLong = "it is longer than 4096 bytes"
  case malformed = "it is not three parts of base64url, a JSON object in each of the first two"
  case repeatedMember = "it names a member twice"
  case critical = "its header asks for an extension that is not known here"
  case type = "its header says that it is no access token"
  case algorithm = "its algorithm is not accepted"
  case noKeyName = "its header names no key (kid)"
  case unknownKey = "no key has its name (kid)"
  case otherAlgorithm = "its algorithm is not the one of its key"
  case signature = "its signature is not the one of its key"
  case claims = "its claims lack iss, aud or exp, or have one of another type"
  case issuer = "it is from another issuer"
  case audience = "it is for another audience"
  case expired = "it has expired"
  case notYet = "it is not valid yet"

  public var description: String { rawValue }
}
