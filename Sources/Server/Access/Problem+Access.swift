public import Access

/// Responses to unauthorized requests, per RFC 6750.
extension Problem {
  private static let challenge = "Bearer realm=\"signals\""

  public init(_ denial: AuthorizationError) {
    switch denial {
    case .noCredentials(let needed):
      self.init(
        401,
        "authentication required: send a bearer token or a registered client certificate",
        headers: [("WWW-Authenticate", "\(Problem.challenge), scope=\"\(needed.list)\"")])
    case .invalidToken:
      // The reason goes to the audit log only: an attacker must not learn how close a guess came.
      self.init(
        401, "invalid token",
        headers: [
          (
            "WWW-Authenticate",
            """
            \(Problem.challenge), error="invalid_token", \
            error_description="The token is invalid"
            """
          )
        ])
    case .insufficientScope(let scope, _):
      self.init(
        403, "insufficient scope: \(scope.list) required",
        headers: [
          (
            "WWW-Authenticate",
            "\(Problem.challenge), error=\"insufficient_scope\", scope=\"\(scope.list)\""
          )
        ])
    case .overloaded:
      self = .unavailable("too many tokens are being verified")
    }
  }
}
