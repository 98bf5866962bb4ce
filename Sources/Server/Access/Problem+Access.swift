public import Access

/// What a client is told that is not let in, as RFC 6750 wants it.
extension Problem {
  private static let challenge = "Bearer realm=\"signals\""

  public init(_ denial: Denial) {
    switch denial {
    case .nothingShown(let needed):
      self.init(
        401,
        "this needs a token (Authorization: Bearer TOKEN) or a client certificate that is known here",
        headers: [("WWW-Authenticate", "\(Problem.challenge), scope=\"\(needed.list)\"")])
    case .badToken:
      // Whatever was wrong with it: who made it can inspect it, and nobody else needs to know.
      self.init(
        401, "the token is not good here",
        headers: [
          (
            "WWW-Authenticate",
            """
            \(Problem.challenge), error="invalid_token", \
            error_description="The token is not good here"
            """
          )
        ])
    case .lacks(let scope, _):
      self.init(
        403, "this needs the scope \(scope.list)",
        headers: [
          (
            "WWW-Authenticate",
            "\(Problem.challenge), error=\"insufficient_scope\", scope=\"\(scope.list)\""
          )
        ])
    case .tooMany:
      self = .unavailable("too many tokens are waiting to be verified")
    }
  }
}
