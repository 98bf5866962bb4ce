/// Why a request was denied.
public enum AuthorizationError: Sendable, Hashable {
  /// Neither a token nor a known certificate; `needed` is required.
  case noCredentials(needed: Scopes)
  /// The reason is for the log only: clients are told that the token is invalid, and nothing else.
  case invalidToken(TokenError)
  /// The principal lacks the scope.
  case insufficientScope(Scopes, Principal)
  /// Too many requests are waiting for token verification.
  case overloaded
}
