import Testing

@testable import Access

@Suite struct TokenCacheTests {
  private var remembered = TokenCache(capacity: 8)

  private func verified(_ validity: Validity) -> TokenVerifier.Verified {
    .init(
      principal: Principal(name: "anna", proof: .token(key: "k"), scopes: .readSignals),
      validity: validity)
  }

  private mutating func remember(_ token: String, _ validity: Validity) {
    remembered.insert(Array(token.utf8), verified(validity))
  }

  private mutating func isKnown(_ token: String, at now: Double) -> Bool {
    let bytes = Array(token.utf8)
    return bytes.withUnsafeBufferPointer { remembered.find($0, at: now) != nil }
  }

  @Test mutating func aTokenIsKnownUntilItsEndAndTheSkew() {
    remember("a", Validity(notBefore: nil, expires: 100))
    #expect(isKnown("a", at: 129.9))
    #expect(!isKnown("b", at: 50))
    #expect(!isKnown("a", at: 130))
    // And not again, were the clock set back: its verifier decides anew.
    #expect(!isKnown("a", at: 50))
  }

  @Test mutating func aClockThatIsSetBackMakesATokenNotYetValid() {
    remember("a", Validity(notBefore: 1000, expires: 2000))
    #expect(isKnown("a", at: 1500))
    #expect(isKnown("a", at: 970))
    #expect(!isKnown("a", at: 969))
  }

  @Test mutating func whatIsInUseStaysAndTheRestIsForgotten() {
    let always = Validity(notBefore: nil, expires: 1e9)
    remember("in use", always)
    for number in 0..<100 {
      remember("\(number)", always)
      #expect(isKnown("in use", at: 0))
      #expect(isKnown("\(number)", at: 0))
      #expect(remembered.count <= 8)
    }
    #expect(!isKnown("0", at: 0))
  }

  @Test mutating func allCanBeForgotten() {
    remember("a", Validity(notBefore: nil, expires: 100))
    remembered.removeAll()
    #expect(!isKnown("a", at: 0))
  }
}
