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

  @Test func aKeyThatCannotBeUsedIsNamed() async throws {
    let good = try await TokenForge.shared.value.publicKeys[0]
    for (list, expected) in [
      (
        #"{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}"#,
        #"the key "a" cannot be used: it is no key for ES256"#
      ),
      (
        #"{"kty":"EC","crv":"P-256","kid":"a","x":"AA"}"#,
        #"the key "a" cannot be used: it has no "y""#
      ),
      (
        #"{"kty":"oct","kid":"s","k":"c2hvcnQ"}"#,
        #"the key "s" cannot be used: its secret is not base64url of 32 bytes or more"#
      ),
      (
        #"{"kty":"RSA","kid":"r","n":"AQAB","e":"AQAB"}"#,
        #"the key "r" cannot be used: it is no RSA key of 2048 bits or more"#
      ),
      (
        #"{"kty":"OKP","crv":"Ed25519","kid":"d","x":"AA","d":"AA"}"#,
        #"the key "d" has its private part in it, which belongs to who signs"#
      ),
      (#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#, #"key 1 has no "kid""#),
      ("\(good),\(good)", #"the key "es-1" is there twice"#),
      ("1", #"it is no JWKS: a JSON object with a list "keys""#),
    ] {
      #expect(await keys(list) == expected)
    }
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
    #expect(clients("1").hasPrefix("it is no JSON object"))
  }

  @Test(arguments: [
    (#"{"a":1,"b":2}"#, true), (#"{"a":1,"a":2}"#, false), (#"{"a":{"b":1},"c":{"b":1}}"#, true),
    (#"{"a":["b","b"],"b":"a"}"#, true), (#"{"a":"\"b","b":"\\"}"#, true),
    (#"{"\u0061":1}"#, false),
    (#"{"a":"{\"a\":","b":[{"a":1},{"a":1}]}"#, true), ("{}", true),
  ])
  func aNameThatIsThereTwiceIsFound(json: String, areUnique: Bool) {
    #expect(JSONNames.areUnique(in: Array(json.utf8)) == areUnique)
  }
}
