/// Why somebody is not let in.
public enum Denial: Sendable, Hashable {
  /// Neither a token nor a certificate that is known, for what `needed` names.
  case nothingShown(needed: Scopes)
  /// For the log; a client is told that the token is not good, and nothing else.
  case badToken(Refusal)
  /// Who asks may not do this.
  case lacks(Scopes, Principal)
  /// Too many wait for their token to be verified.
  case tooMany
}
