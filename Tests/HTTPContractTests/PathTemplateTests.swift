import HTTPContract
import Testing

@Suite struct PathTemplateTests {
  private func match(_ template: PathTemplate, _ path: String) -> [String]? {
    Array(path.utf8).withUnsafeBufferPointer { bytes in
      template.match(bytes)?.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  @Test func variablesHaveWhatStandsInTheirPlace() {
    #expect(match("/signals/{type}", "/signals/power") == ["power"])
    #expect(match("/signals/{type}/buckets", "/signals/power/buckets") == ["power"])
    #expect(match("/a/{b}/{c}", "/a/1/é") == ["1", "é"])
    #expect(match("/health/live", "/health/live") == [])
  }

  @Test(arguments: ["/signals/", "/signals", "/signals/a/b", "/signal/a", "signals/a", "", "/"])
  func anotherPathDoesNotMatch(path: String) {
    #expect(match("/signals/{type}", path) == nil)
  }

  @Test func aCollectionMayEndInASlash() {
    #expect(match("/signals", "/signals/") == [])
    #expect(match("/signals", "/signalsx") == nil)
    #expect(match("/health/live", "/health/live/") == nil)
  }
}
