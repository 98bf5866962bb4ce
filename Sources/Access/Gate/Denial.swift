/// Why a request was denied.
public enum Denial: Sendable, Hashable {
  /// Neither a token nor a known certificate; `needed` is required.
  case nothingShown(needed: Scopes)
  /// The reason is for the log only: clients are told that the token is invalid, and nothing else.
  case badToken(Refusal)
  /// The principal lacks the scope.
  case lacks(Scopes, Principal)
  /// Too many requests are waiting for token verification.
  case tooMany
}
