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
      #"key 1 ("a") is left out: it is no key for ES256"#
    ),
    (
      #"{"kty":"EC","crv":"P-256","kid":"a","x":"AA"}"#,
      #"key 1 ("a") is left out: it has no "y""#
    ),
    (
      #"{"kty":"oct","kid":"s","k":"c2hvcnQ"}"#,
      #"key 1 ("s") is left out: its secret is not base64url of 32 bytes or more"#
    ),
    (
      #"{"kty":"RSA","kid":"r","n":"AQAB","e":"AQAB"}"#,
      #"key 1 ("r") is left out: it is no RSA key of 2048 bits or more"#
    ),
    (
      #"{"kty":"RSA","kid":"r","n":"AQAB","e":65537}"#,
      #"key 1 ("r") is left out: e must be a string (got 65537)"#
    ),
    (
      #"{"kty":"OKP","crv":"Ed25519","kid":"d","x":"AA","d":"AA"}"#,
      #"key 1 ("d") is left out: it has its private part in it, which belongs to the signer alone"#
    ),
    (#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#, #"key 1 is left out: it has no "kid""#),
    (#"{"kty":"EC","kid":7}"#, #"key 1 is left out: kid must be a string (got 7)"#),
    (#"{"kid":"\u001b[2J"}"#, #"key 1 ("\u001b[2J") is left out: kty is missing"#),
    ("1", "key 1 is left out: it must be an object (got 1)"),
  ]

  @Test(arguments: oddKeys)
  func aKeyThatCannotBeUsedIsLeftOutAndTheOthersHold(key: String, reason: String) async throws {
    let forge = try await TokenForge.shared.value
    let json = "{\"keys\":[\(([key] + forge.publicKeys).joined(separator: ","))]}"
    let set = try await KeySet(json: Array(json.utf8))
    #expect(set.count == 4)
    #expect(set.leftOut == [reason])
    let verifier = TokenVerifier(keys: set, issuer: "signals", audience: "signals")
    _ = try verifier.verify(Array(forge.token().utf8), at: TokenForge.now)
    #expect(await keys(key) == "none of its keys can be used: \(reason)")
  }

  @Test func keysOfTwoKindsMayShareAName() async throws {
    let forge = try await TokenForge.shared.value
    let edwards = forge.publicKeys[1].replacing("ed-1", with: "es-1")
    let json = "{\"keys\":[\(forge.publicKeys[0]),\(edwards),\(forge.publicKeys[0])]}"
    let set = try await KeySet(json: Array(json.utf8))
    #expect(set.count == 2)
    #expect(
      set.leftOut == [#"key 3 ("es-1") is left out: another key for ES256 has the same "kid""#])
    let verifier = TokenVerifier(keys: set, issuer: "signals", audience: "signals")
    for token in [
      try forge.token(), try forge.token(alg: "EdDSA", kid: "es-1", by: forge.edDSA),
    ] {
      _ = try verifier.verify(Array(token.utf8), at: TokenForge.now)
    }
    // The algorithm names the key: no key verifies by another's.
    for (token, refusal) in [
      (try forge.token(alg: "EdDSA", kid: "es-1", by: forge.es256), Refusal.signature),
      (try forge.token(alg: "ES256", kid: "es-1", by: forge.edDSA), .signature),
      (try forge.token(alg: "RS256", kid: "es-1", by: forge.rs256), .otherAlgorithm),
    ] {
      #expect(throws: refusal) { try verifier.verify(Array(token.utf8), at: TokenForge.now) }
    }
  }

  @Test(arguments: [
    ("[]", #"it is no JWKS: a JSON object with a list "keys""#),
    (#"{"keys":{}}"#, #"it is no JWKS: a JSON object with a list "keys""#),
    (#"{"keys":[],"keys":[]}"#, "keys is given twice"),
    (#"{"keys":[],}"#, "it is not JSON: line 1, column 12: "),
    ("", "it is not JSON: line 1, column 1: "),
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
    #expect(clients("\(good),\(good)") == "client 2: it is there twice")
    #expect(
      clients(#"{"subject":"CN=a","scopes":["signals:write"]}"#).hasPrefix(
        #"client 1: there is no scope "signals:write""#))
    #expect(
      clients(#"{"scopes":[]}"#) == "client 1: accepted is a subject or a fingerprint, one of them")
    #expect(clients(#"{"subject":"","scopes":[]}"#).hasPrefix("client 1: accepted is"))
    #expect(
      clients(#"{"fingerprint":"aa","scopes":[]}"#)
        == "client 1: a fingerprint is a SHA-1 in 40 hexadecimal digits")
    #expect(clients("1") == "clients[0] must be an object (got 1)")
    #expect(
      clients(#"{"subject":"CN=a","scopes":"x"}"#) == #"clients[0].scopes must be a list (got "x")"#
    )
    #expect(
      clients(#"{"subject":"CN=a","subject":"CN=b","scopes":[]}"#)
        == "clients[0].subject is given twice")
  }
}
