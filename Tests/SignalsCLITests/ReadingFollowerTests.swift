import SignalsAPI
import TestSupport
import Testing
import Time

@testable import SignalsCLI

@Suite struct ReadingFollowerTests {
  private func reading(_ time: Int64, _ machine: String = "m", id: Int64? = nil) -> Reading {
    Reading(
      id: id ?? time, type: "power", value: 1, timestamp: Timestamp(microseconds: time),
      machine: machine)
  }

  @Test func theNewestOfTheFirstAnswerAreNews() {
    var follower = ReadingFollower(limit: 10, first: 2)
    let news = follower.take([reading(4), reading(3), reading(2), reading(1)])
    #expect(news.readings == [reading(3), reading(4)])
    #expect(news.gap == nil)
    #expect(follower.take([reading(5), reading(4), reading(3)]).readings == [reading(5)])
  }

  @Test func anIdSaysNothingAboutOrder() {
    var follower = ReadingFollower(limit: 10, first: 0)
    _ = follower.take([reading(2, id: 900), reading(1, id: 100)])
    let news = follower.take([reading(3, id: 101), reading(2, id: 900), reading(1, id: 100)])
    #expect(news.readings == [reading(3, id: 101)])
  }

  @Test func machinesMayShareAMomentAndAnId() {
    var follower = ReadingFollower(limit: 10, first: 0)
    _ = follower.take([reading(1, "a", id: 1)])
    let news = follower.take([reading(1, "b", id: 1), reading(1, "a", id: 1)])
    #expect(news.readings == [reading(1, "b", id: 1)])
  }

  @Test func whatComesLateIsNewsToo() {
    var follower = ReadingFollower(limit: 10, first: 0)
    _ = follower.take([reading(9, "a"), reading(1, "b")])
    let news = follower.take([reading(9, "a"), reading(5, "b"), reading(1, "b")])
    #expect(news.readings == [reading(5, "b")])
    #expect(news.gap == nil)
  }

  @Test func aFullAnswerAfterNothingMayHaveLeftSomeOut() {
    var follower = ReadingFollower(limit: 2, first: 0)
    #expect(follower.take([]).gap == nil)
    #expect(follower.take([reading(1)]).gap == nil)
    follower = ReadingFollower(limit: 2, first: 0)
    _ = follower.take([])
    let gap = follower.take([reading(9), reading(8)]).gap
    #expect(gap == .init(after: nil, before: Timestamp(microseconds: 8), estimate: 1))
  }

  @Test func aFullAnswerOfUnknownOnesMayHaveLeftSomeOut() {
    var follower = ReadingFollower(limit: 3, first: 0)
    _ = follower.take([reading(30), reading(20), reading(10)])
    let news = follower.take([reading(90), reading(80), reading(70)])
    #expect(news.readings.count == 3)
    // 40, 50 and 60.
    #expect(
      news.gap
        == .init(
          after: Timestamp(microseconds: 30), before: Timestamp(microseconds: 70), estimate: 3))
  }

  @Test func anAnswerThatReachesBackHasLeftNothingOut() {
    var follower = ReadingFollower(limit: 3, first: 0)
    _ = follower.take([reading(30), reading(20), reading(10)])
    #expect(follower.take([reading(50), reading(40), reading(30)]).gap != nil)
    #expect(follower.take([reading(60), reading(50), reading(40)]).gap == nil)
  }

  @Test func aMachineWhoseClockIsAheadHidesNothing() {
    var follower = ReadingFollower(limit: 3, first: 0)
    _ = follower.take([reading(1000, "ahead"), reading(20), reading(10)])
    let news = follower.take([reading(1000, "ahead"), reading(90), reading(80)])
    #expect(news.readings == [reading(80), reading(90)])
    #expect(news.gap?.after == Timestamp(microseconds: 20))
  }

  @Test func aStandbyThatLagsTellsNothingTwice() {
    var follower = ReadingFollower(limit: 3, first: 3)
    _ = follower.take([reading(5), reading(4), reading(3)])
    // Without 5 and 4, so its response reaches further back.
    #expect(follower.take([reading(3), reading(2), reading(1)]).readings.isEmpty)
    #expect(follower.take([reading(5), reading(4), reading(3)]).readings.isEmpty)
  }

  /// A server that machines send batches to, and a follower of it.
  @Test(arguments: 0..<80 as Range<UInt64>)
  func nothingIsToldTwiceAndNothingIsLostUnsaid(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let limit = Int.random(in: 1...40, using: &random)
    let machines = (0..<Int.random(in: 1...5, using: &random)).map { "machine-\($0)" }
    var follower = ReadingFollower(limit: limit, first: limit)
    var (stored, told, gaps): ([Reading], [Reading], [ReadingFollower.Gap]) = ([], [], [])
    var (time, ids): (Int64, [Int64]) = (0, [])
    func nextID() -> Int64 {
      // Sessions allocate ids in blocks of a hundred and waste the rest.
      if ids.isEmpty || Int.random(in: 0..<50, using: &random) == 0 {
        let block = Int64.random(in: 0..<1_000_000, using: &random) * 100
        ids = Array(block..<(block + 100)).reversed()
      }
      return ids.removeLast()
    }
    var before = 0
    for poll in 0..<40 {
      for _ in 0..<Int.random(in: 0...(limit * 2 / machines.count + 1), using: &random) {
        // Some machines are missing in a batch, and equal timestamps may be split between batches.
        time += Int64.random(in: 0...3, using: &random)
        for machine in machines where Bool.random(using: &random) {
          stored.append(reading(time, machine, id: nextID()))
        }
      }
      let newestFirst = stored.enumerated().sorted {
        ($1.element.timestamp, $0.element.machine, $0.offset)
          < ($0.element.timestamp, $1.element.machine, $1.offset)
      }.map(\.element)
      let news = follower.take(Array(newestFirst.prefix(limit)))
      told += news.readings
      if let gap = news.gap { gaps.append(gap) }
      if poll == 0 { before = stored.count }
    }
    let names = told.map { "\($0.timestamp) \($0.machine) \($0.id)" }
    #expect(Set(names).count == names.count)
    let tellable = Set(names)
    for lost in stored[before...]
    where !tellable.contains("\(lost.timestamp) \(lost.machine) \(lost.id)") {
      #expect(
        gaps.contains { gap in
          (gap.after.map { $0 <= lost.timestamp } ?? true) && lost.timestamp <= gap.before
        })
    }
    for (one, next) in zip(told, told.dropFirst()) where gaps.isEmpty {
      #expect(one.timestamp <= next.timestamp)
    }
  }
}
