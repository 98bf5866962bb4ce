import Testing

@testable import Access

@Suite struct Base64URLTests {
  @Test(arguments: [
    ([], ""), ([0], "AA"), ([0xFF, 0xEF], "_-8"), (Array("JOSE!".utf8), "Sk9TRSE"),
    ([3, 236, 255, 224, 193], "A-z_4ME"),
  ])
  func bytesAreSpelledInOneWay(bytes: [UInt8], text: String) {
    #expect(Base64URL.encode(bytes) == text)
    #expect(Base64URL.decode(text.utf8) == bytes)
  }

  @Test(arguments: ["A", "AAAAA", "AB", "AAB", "AA==", "A+z/4ME", "AA\n", "A A", "ä"])
  func otherSpellingsAreRefused(text: String) {
    #expect(Base64URL.decode(text.utf8) == nil)
  }
}
