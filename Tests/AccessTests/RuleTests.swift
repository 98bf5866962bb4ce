import Testing

@testable import Access

/// Files with keys and clients that somebody may have written.
@Suite struct RuleTests {
  private func keys(_ list: String) async -> String {
    do throws(InvalidKey) {
      return "\(try await KeySet(json: Array("{\"keys\":[\(list)]}".utf8)).count)"
    } catch {
      return "\(error)"
    }
  }

  @Test func keysForOtherUsesArePassedOver() async {
    let others = [
      #"{"kty":"RSA","kid":"e","use":"enc","n":"AQAB","e":"AQAB"}"#,
      #"{"kty":"RSA","kid":"o","alg":"RSA-OAEP","n":"AQAB","e":"AQAB"}"#,
      #"{"kty":"EC","crv":"P-521","kid":"p","x":"","y":""}"#,
      #"{"kty":"AKP","kid":"future"}"#, #"{"kty":"EC","crv":"P-256","alg":"none","kid":"n"}"#,
    ]
    #expect(await keys(others.joined(separator: ",")) == "0")
  }

  /// Keys that cannot be used, and why.
  static let oddKeys = [
    (
      #"{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}"#,
      #"key 1 ("a") skipped: not a valid ES256 key"#
    ),
    (
      #"{"kty":"EC","crv":"P-256","kid":"a","x":"AA"}"#,
      #"key 1 ("a") skipped: missing "y""#
    ),
    (
      #"{"kty":"oct","kid":"s","k":"c2hvcnQ"}"#,
      #"key 1 ("s") skipped: secret must be at least 32 bytes in base64url"#
    ),
    (
      #"{"kty":"RSA","kid":"r","n":"AQAB","e":"AQAB"}"#,
      #"key 1 ("r") skipped: not an RSA key of at least 2048 bits"#
    ),
    (
      #"{"kty":"RSA","kid":"r","n":"AQAB","e":65537}"#,
      #"key 1 ("r") skipped: e must be a string (got 65537)"#
    ),
    (
      #"{"kty":"OKP","crv":"Ed25519","kid":"d","x":"AA","d":"AA"}"#,
      #"key 1 ("d") skipped: contains a private key, which only the issuer may hold"#
    ),
    (#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#, #"key 1 skipped: missing "kid""#),
    (#"{"kty":"EC","kid":7}"#, #"key 1 skipped: kid must be a string (got 7)"#),
    (#"{"kid":"\u001b[2J"}"#, #"key 1 ("\u001b[2J") skipped: kty is missing"#),
    ("1", "key 1 skipped: the key must be an object (got 1)"),
  ]

  @Test(arguments: oddKeys)
  func aKeyThatCannotBeUsedIsLeftOutAndTheOthersHold(key: String, reason: String) async throws {
    let forge = try await TokenForge.shared.value
    let json = "{\"keys\":[\(([key] + forge.publicKeys).joined(separator: ","))]}"
    let set = try await KeySet(json: Array(json.utf8))
    #expect(set.count == 4)
    #expect(set.skipped == [reason])
    let verifier = TokenVerifier(keys: set, issuer: "signals", audience: "signals")
    _ = try verifier.verify(Array(forge.token().utf8), at: TokenForge.now)
    #expect(await keys(key) == "no usable key: \(reason)")
  }

  @Test func keysOfTwoKindsMayShareAName() async throws {
    let forge = try await TokenForge.shared.value
    let edwards = forge.publicKeys[1].replacing("ed-1", with: "es-1")
    let json = "{\"keys\":[\(forge.publicKeys[0]),\(edwards),\(forge.publicKeys[0])]}"
    let set = try await KeySet(json: Array(json.utf8))
    #expect(set.count == 2)
    #expect(
      set.skipped == [#"key 3 ("es-1") skipped: duplicate "kid" for ES256"#])
    let verifier = TokenVerifier(keys: set, issuer: "signals", audience: "signals")
    for token in [
      try forge.token(), try forge.token(alg: "EdDSA", kid: "es-1", by: forge.edDSA),
    ] {
      _ = try verifier.verify(Array(token.utf8), at: TokenForge.now)
    }
    // The algorithm names the key: no key verifies by another's.
    for (token, refusal) in [
      (try forge.token(alg: "EdDSA", kid: "es-1", by: forge.es256), TokenError.signature),
      (try forge.token(alg: "ES256", kid: "es-1", by: forge.edDSA), .signature),
      (try forge.token(alg: "RS256", kid: "es-1", by: forge.rs256), .algorithmMismatch),
    ] {
      #expect(throws: refusal) { try verifier.verify(Array(token.utf8), at: TokenForge.now) }
    }
  }

  @Test(arguments: [
    ("[]", #"not a JWKS: expected a JSON object with an array "keys""#),
    (#"{"keys":{}}"#, #"not a JWKS: expected a JSON object with an array "keys""#),
    (#"{"keys":[],"keys":[]}"#, "keys: duplicate field"),
    (#"{"keys":[],}"#, "not valid JSON: line 1, column 12: "),
    ("", "not valid JSON: line 1, column 1: "),
  ])
  func whatIsNoSetOfKeysIsRefused(json: String, reason: String) async {
    let error = await #expect(throws: InvalidKey.self) { try await KeySet(json: Array(json.utf8)) }
    #expect(error?.description.hasPrefix(reason) == true)
  }

  private func clients(_ list: String) -> String {
    do throws(InvalidClients) {
      return "\(try ClientList(json: Array("{\"clients\":[\(list)]}".utf8)).count)"
    } catch {
      return "\(error)"
    }
  }

  @Test func aClientThatCannotBeUsedIsNamed() {
    let good = #"{"subject":"CN=a","scopes":["signals:read"]}"#
    #expect(clients(good) == "1")
    #expect(clients("\(good),\(good)") == "client 2: duplicate client")
    #expect(
      clients(#"{"subject":"CN=a","scopes":["signals:write"]}"#).hasPrefix(
        #"client 1: unknown scope "signals:write""#))
    #expect(
      clients(#"{"scopes":[]}"#) == "client 1: expected either a subject or a fingerprint")
    #expect(clients(#"{"subject":"","scopes":[]}"#).hasPrefix("client 1: expected either"))
    #expect(
      clients(#"{"fingerprint":"aa","scopes":[]}"#)
        == "client 1: fingerprint must be a SHA-1 of 40 hexadecimal digits")
    #expect(clients("1") == "clients[0] must be an object (got 1)")
    #expect(
      clients(#"{"subject":"CN=a","scopes":"x"}"#)
        == #"clients[0].scopes must be an array (got "x")"#
    )
    #expect(
      clients(#"{"subject":"CN=a","subject":"CN=b","scopes":[]}"#)
        == "clients[0].subject: duplicate field")
  }
}
