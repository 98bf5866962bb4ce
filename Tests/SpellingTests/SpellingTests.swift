import Spelling
import Testing

@Suite struct SpellingTests {
  private let types = ["error", "power", "state_change"]

  @Test(arguments: [
    ("pwoer", "power"), ("powr", "power"), ("Power", "power"), ("powers", "power"),
    ("errro", "error"), ("statechange", "state_change"), ("state-change", "state_change"),
  ])
  func aTypingErrorIsRecognised(_ typed: String, _ meant: String) {
    #expect(closest(to: typed, among: types) == meant)
  }

  @Test(arguments: ["", "temperature", "pressure", "x", "poor men"])
  func anotherWordIsNot(_ typed: String) {
    #expect(closest(to: typed, among: types) == nil)
  }

  @Test func theNearestWins() {
    #expect(closest(to: "power", among: ["powers", "power", "tower"]) == "power")
    #expect(closest(to: "power", among: []) == nil)
  }
}
