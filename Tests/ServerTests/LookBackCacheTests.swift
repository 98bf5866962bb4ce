import TestSupport
import Testing

@testable import Server

@Suite struct LookBackCacheTests {
  @Test func theNextQuestionLooksAsFarBackAsTheLastAnswerReached() {
    var subject = LookBackCache<String>()
    #expect(subject["a"] == nil)
    #expect(subject.settle("a", asked: nil, found: 5) == true)
    #expect(subject["a"] == 5)
    #expect(subject["b"] == nil)
    #expect(subject.settle("a", asked: 5, found: 9) == true)
    #expect(subject["a"] == 9)
  }

  @Test func tooFewAreAskedForAgainEverywhereAndOnce() {
    var subject = LookBackCache<String>()
    _ = subject.settle("a", asked: nil, found: 5)
    #expect(subject.settle("a", asked: 5, found: nil) == false)
    #expect(subject["a"] == nil)
    #expect(subject.settle("a", asked: nil, found: nil) == true)
    #expect(subject["a"] == nil)
  }

  @Test func whatItRemembersHasABound() {
    var subject = LookBackCache<Int>()
    let keys = 0..<3 * LookBackCache<Int>.maxKeys
    for key in keys { #expect(subject.settle(key, asked: nil, found: 1) == true) }
    let remembered = keys.filter { subject[$0] != nil }
    #expect(remembered.contains(keys.last!) && remembered.count <= LookBackCache<Int>.maxKeys)
  }

  /// Readings come, late ones too, and some are deleted: what is answered is always the newest there are.
  @Test(arguments: 0..<200) func itChangesNoAnswer(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var subject = LookBackCache<Int>()
    var stored: [Int64] = []
    for step in 0..<100 {
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: stored.removeAll { _ in Int.random(in: 0..<4, using: &generator) == 0 }
      case 1: stored.append(Int64.random(in: 0...Int64(step), using: &generator))
      case 2, 3: stored.append(Int64(step))
      default:
        let limit = Int.random(in: 1...4, using: &generator)
        let answer = ask(&subject, limit, stored)
        #expect(answer == Array(stored.sorted(by: >).prefix(limit)))
      }
    }
  }

  private func ask(_ subject: inout LookBackCache<Int>, _ limit: Int, _ stored: [Int64]) -> [Int64]
  {
    while true {
      let bound = subject[limit]
      let since = bound ?? .min
      let found = stored.filter { $0 >= since }.sorted(by: >).prefix(limit)
      let oldest = found.count < limit ? nil : found.last
      if subject.settle(limit, asked: bound, found: oldest) { return Array(found) }
    }
  }
}
