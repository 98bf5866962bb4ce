import EventLoop
import Glibc
import Synchronization
import SystemPackage
import Testing

@Suite struct PollerTests {
  @Test func aSignalFromAnotherThreadWakesTheWaiter() throws {
    let poller = try Poller()
    let wakeup = try Wakeup()
    try poller.add(wakeup.descriptor, .readable, token: 7)
    let thread = try WorkerThread(name: "waker") { wakeup.signal() }
    var tokens: [UInt64] = []
    try poller.wait(for: .seconds(10)) { tokens.append($0.token) }
    thread.join()
    #expect(tokens == [7])
  }

  @Test func aResetWakeupIsQuiet() throws {
    let poller = try Poller()
    let wakeup = try Wakeup()
    try poller.add(wakeup.descriptor, .readable, token: 7)
    wakeup.signal()
    wakeup.signal()
    wakeup.reset()
    var events = 0
    try poller.wait(for: .zero) { _ in events += 1 }
    #expect(events == 0)
  }

  @Test func anEdgeIsToldOnce() throws {
    let poller = try Poller()
    let wakeup = try Wakeup()
    try poller.add(wakeup.descriptor, [.readable, .edgeTriggered], token: 1)
    wakeup.signal()
    var events = 0
    for _ in 0..<3 { try poller.wait(for: .zero) { _ in events += 1 } }
    #expect(events == 1)
  }

  @Test func theClosingOfThePeerIsTold() throws {
    let poller = try Poller()
    var pair: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
    let near = OwnedDescriptor(taking: pair[0])
    try poller.add(near.rawValue, .readable, token: 3)
    close(pair[1])
    var closed = false
    try poller.wait(for: .seconds(10)) { closed = $0.isHungUp && $0.token == 3 }
    #expect(closed)
  }

  @Test func aPeerThatOnlySendsNoMoreHasNotGone() throws {
    let poller = try Poller()
    var pair: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
    let near = OwnedDescriptor(taking: pair[0])
    let far = OwnedDescriptor(taking: pair[1])
    try poller.add(near.rawValue, .readable, token: 3)
    shutdown(far.rawValue, Int32(SHUT_WR))
    var events: [Bool] = []
    try poller.wait(for: .seconds(10)) { events.append($0.isReadable && !$0.isHungUp) }
    #expect(events == [true])
  }

  @Test func aDescriptorThatIsNoneIsAnError() throws {
    let poller = try Poller()
    #expect(throws: Errno.badFileDescriptor) { try poller.add(987_654, .readable, token: 0) }
  }
}

@Suite struct ReadinessTests {
  @Test func aWaitEndsAtItsDeadline() throws {
    let wakeup = try Wakeup()
    let answer = try Readiness.wait(
      for: wakeup.descriptor, .readable, until: .now + .milliseconds(20))
    #expect(answer == .timedOut)
  }

  @Test func anInterruptEndsAWait() throws {
    let quiet = try Wakeup()
    let interrupt = try Wakeup()
    interrupt.signal()
    let answer = try Readiness.wait(
      for: quiet.descriptor, .readable, until: .now + .seconds(60),
      interrupt: interrupt.descriptor)
    #expect(answer == .interrupted)
  }
}

@Suite struct WorkerThreadTests {
  @Test func joiningWaitsForTheBody() throws {
    let counter = Counter()
    let thread = try WorkerThread(name: "worker") {
      for _ in 0..<1000 { counter.value.wrappingAdd(1, ordering: .relaxed) }
    }
    thread.join()
    #expect(counter.value.load(ordering: .relaxed) == 1000)
  }

  private final class Counter: Sendable {
    let value = Atomic(0)
  }
}

@Suite struct OwnedDescriptorTests {
  @Test func theDescriptorIsClosedWithItsOwner() throws {
    let number = open("/dev/null", O_RDONLY)
    do {
      let owned = OwnedDescriptor(taking: number)
      #expect(fcntl(owned.rawValue, F_GETFD) >= 0)
    }
    #expect(fcntl(number, F_GETFD) == -1)
  }

  @Test func aReleasedDescriptorStaysOpen() throws {
    let number = OwnedDescriptor(taking: open("/dev/null", O_RDONLY)).release()
    #expect(fcntl(number, F_GETFD) >= 0)
    close(number)
  }
}
