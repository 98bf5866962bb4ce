import Testing

@testable import Access

/// What each of many tokens gets, through the real verifier.
@Suite struct TokenVerifierTests {
  private func verify(_ token: String, at now: Double = TokenForge.now) async throws
    -> Result<TokenVerifier.Verified, TokenError>
  {
    let verifier = TokenVerifier(
      keys: try await TokenForge.shared.value.keySet(), issuer: "signals", audience: "signals")
    return Result { () throws(TokenError) in try verifier.verify(token.utf8, at: now) }
  }

  @Test(arguments: TokenCase.all)
  func aTokenGetsWhatTheTableSays(token: TokenCase) async throws {
    let result = try await verify(token.make(TokenForge.shared.value))
    switch result {
    case .success: #expect(token.refusal == nil)
    case .failure(let refusal): #expect(token.refusal == refusal)
    }
  }

  @Test func theTableIsLong() { #expect(TokenCase.all.count >= 100) }

  @Test func aVerifiedTokenSaysWhoMayDoWhatAndHowLong() async throws {
    let claims = TokenForge.claims(
      scope: #""signals:read openid producer:control""#, more: #","nbf":1799999000"#)
    let token = try await TokenForge.shared.value.token(TokenForge.header, claims)
    let verified = try await verify(token).get()
    #expect(verified.principal.name == "anna")
    #expect(verified.principal.proof == .token(key: "es-1"))
    #expect(verified.principal.scopes == [.readSignals, .controlProducer])
    #expect(verified.validity == Validity(notBefore: 1_799_999_000, expires: 1_800_000_600))
  }

  @Test func withoutKeysNoTokenIsGood() async throws {
    let verifier = TokenVerifier(keys: .empty, issuer: "signals", audience: "signals")
    let token = try await TokenForge.shared.value.token()
    #expect(throws: TokenError.unknownKey) { try verifier.verify(token.utf8, at: TokenForge.now) }
  }
}
