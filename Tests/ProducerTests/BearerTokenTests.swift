import Testing

@testable import Producer

@Suite struct BearerTokenTests {
  private let token = BearerToken("0123456789abcdef")!

  private func isCarried(by header: String) -> Bool { token.isCarried(by: Array(header.utf8)) }

  @Test(arguments: ["Bearer 0123456789abcdef", "bearer 0123456789abcdef"])
  func theTokenLetsIn(header: String) {
    #expect(isCarried(by: header))
  }

  @Test(arguments: [
    "", "Bearer", "Bearer ", "0123456789abcdef", "Basic 0123456789abcdef",
    "Bearer 0123456789abcdeF", "Bearer 0123456789abcde", "Bearer 0123456789abcdef0",
    "Bearer 0123456789abcdef0123456789abcdef", "Bearer  0123456789abcdef",
    "Bearer 0123456789abcdef ", "Bearer\u{0}0123456789abcdef",
  ])
  func nothingElseDoes(header: String) {
    #expect(!isCarried(by: header))
  }

  @Test(arguments: ["", "short", "123456789012345", "sixteen chars bad", "übergröße-token!"])
  func aTextThatIsNoSecretIsRefused(text: String) {
    #expect(BearerToken(text) == nil)
  }
}
