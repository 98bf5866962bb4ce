import TestSupport
import Testing

@testable import Server

@Suite struct CoalescerTests {
  typealias Subject = Coalescer<String, Int, Int>

  @Test func waitersWithOneKeyShareAQuestion() {
    var subject = Subject(capacity: 10)
    #expect(subject.add(1, for: "a", deadline: 9) == true)
    #expect(subject.add(2, for: "b", deadline: 9) == true)
    #expect(subject.add(3, for: "a", deadline: 9) == true)
    let first = subject.next()
    let second = subject.next()
    #expect(first?.key == "a" && second?.key == "b")
    #expect(subject.next() == nil)
    #expect(subject.finish(first!) == [1, 3])
    #expect(subject.finish(second!) == [2])
    #expect(subject.isEmpty)
  }

  @Test func whoComesAfterTheQuestionWasSentWaitsForTheNextOne() {
    var subject = Subject(capacity: 10)
    _ = subject.add(1, for: "a", deadline: 9)
    let first = subject.next()!
    _ = subject.add(2, for: "a", deadline: 9)
    // The key has a question under way: the next is not sent before that is answered.
    #expect(subject.next() == nil)
    #expect(subject.finish(first) == [1])
    let second = subject.next()!
    #expect(subject.finish(second) == [2])
  }

  @Test func aQuestionThatIsNotAdmittedWaitsWhileLaterOnesAreSent() {
    var subject = Subject(capacity: 10)
    _ = subject.add(1, for: "slow", deadline: 9)
    _ = subject.add(2, for: "fast", deadline: 9)
    let fast = subject.next { $0 != "slow" }
    #expect(fast?.key == "fast")
    #expect(subject.next { $0 != "slow" } == nil)
    #expect(subject.finish(subject.next()!) == [1])
  }

  @Test func anExpiredQuestionsLateAnswerIsForNobody() {
    var subject = Subject(capacity: 10)
    _ = subject.add(1, for: "a", deadline: 5)
    let late = subject.next()!
    #expect(subject.expire(at: 5).map(\.waiter) == [1])
    _ = subject.add(2, for: "a", deadline: 9)
    // It still takes the database's time: its key is not asked a second time meanwhile.
    #expect(subject.next() == nil)
    #expect(subject.finish(late) == [])
    #expect(subject.finish(subject.next()!) == [2])
  }

  @Test func aQuestionIsAbandonedWhenTheLastOfItsWaitersHasGone() {
    var subject = Subject(capacity: 10)
    _ = subject.add(1, for: "a", deadline: 9)
    _ = subject.add(2, for: "a", deadline: 9)
    let query = subject.next()!
    _ = subject.add(3, for: "a", deadline: 9)
    #expect(subject.remove { $0 == 1 } == nil)
    #expect(subject.isAwaited("a") == true)
    #expect(subject.remove { $0 == 2 } == "a")
    #expect(subject.isAwaited("a") == false)
    // The one who came later waits for the next question.
    #expect(subject.finish(query) == [])
    #expect(subject.finish(subject.next()!) == [3])
    #expect(subject.isEmpty)
  }

  @Test func aQuestionThatNobodyWaitsForIsNotSent() {
    var subject = Subject(capacity: 10)
    _ = subject.add(1, for: "a", deadline: 9)
    _ = subject.add(2, for: "b", deadline: 9)
    #expect(subject.remove { $0 == 1 } == nil)
    #expect(subject.next()?.key == "b")
    #expect(subject.next() == nil)
    #expect(subject.waiterCount == 1)
    #expect(subject.remove { $0 == 7 } == nil)
  }

  @Test func moreThanTheCapacityAreSentAway() {
    var subject = Subject(capacity: 2)
    #expect(subject.add(1, for: "a", deadline: 9) == true)
    let query = subject.next()!
    #expect(subject.add(2, for: "b", deadline: 9) == true)
    #expect(subject.add(3, for: "c", deadline: 9) == false)
    #expect(subject.add(3, for: "a", deadline: 9) == false)
    _ = subject.finish(query)
    #expect(subject.add(3, for: "c", deadline: 9) == true)
  }

  @Test func thoseWhoseQuestionWasNotSentCanBeSentAway() {
    var subject = Subject(capacity: 10)
    _ = subject.add(1, for: "a", deadline: 9)
    let sent = subject.next()!
    _ = subject.add(2, for: "a", deadline: 9)
    _ = subject.add(3, for: "b", deadline: 9)
    #expect(subject.removeWaiting().map(\.waiter) == [2, 3])
    #expect(subject.next() == nil)
    #expect(subject.finish(sent) == [1])
    #expect(subject.isEmpty)
  }

  /// A thousand random histories: each waiter is answered exactly once or sent away, always by a
  /// question of its own key that was sent at or after its arrival, and no key is asked twice at once.
  @Test(arguments: 0..<1000) func everyAnswerIsAtLeastAsNewAsItsRequest(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var subject = Subject(capacity: 12)
    var time = 0
    var arrivals: [Int: (key: String, time: Int)] = [:]
    var underWay: [(query: Subject.SentQuery, sent: Int)] = []
    var nextWaiter = 0

    func settle(_ waiters: [Int], key: String, sent: Int?) {
      for waiter in waiters {
        guard let arrival = arrivals.removeValue(forKey: waiter) else {
          Issue.record("answered twice")
          continue
        }
        #expect(arrival.key == key)
        if let sent { #expect(sent >= arrival.time, "an answer older than its request") }
      }
    }

    for _ in 0..<200 {
      time += 1
      switch Int.random(in: 0..<10, using: &generator) {
      case 0..<5:
        let key = ["a", "b", "c"].randomElement(using: &generator)!
        let isFull = arrivals.count == 12
        let isTaken = subject.add(nextWaiter, for: key, deadline: time + 20)
        #expect(isTaken == !isFull)
        if !isFull { arrivals[nextWaiter] = (key, time) }
        nextWaiter += 1
      case 5..<7:
        guard let query = subject.next() else { continue }
        #expect(!underWay.contains { $0.query.key == query.key })
        underWay.append((query, time))
      case 7..<9:
        guard let index = underWay.indices.randomElement(using: &generator) else { continue }
        let (query, sent) = underWay.remove(at: index)
        settle(subject.finish(query), key: query.key, sent: sent)
      default:
        for (key, waiter) in subject.expire(at: time) {
          #expect(arrivals[waiter].map { time >= $0.time } == true)
          settle([waiter], key: key, sent: nil)
        }
      }
      #expect(subject.waiterCount == arrivals.count)
    }
    // Whatever is left comes to an end.
    for (query, sent) in underWay {
      settle(subject.finish(query), key: query.key, sent: sent)
    }
    while let query = subject.next() {
      settle(subject.finish(query), key: query.key, sent: time + 1)
    }
    #expect(arrivals.isEmpty && subject.isEmpty)
  }
}
