import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite struct ServiceManagerTests {
  private static let everything = [
    "LISTEN_PID": "7", "LISTEN_FDS": "1", "NOTIFY_SOCKET": "/run/notify", "WATCHDOG_PID": "7",
    "WATCHDOG_USEC": "3000000",
  ]

  @Test func withoutOneThereIsNothingToHandOverAndNobodyToTell() throws {
    let manager = try ServiceManager([:], processID: 7)
    #expect(manager.listener == nil)
    #expect(manager.watchdogTimeout == nil)
    #expect(!manager.isListening)
    manager.notify(.ready)
  }

  @Test func aSocketAndAWatchdogAreTaken() throws {
    let manager = try ServiceManager(ServiceManagerTests.everything, processID: 7)
    #expect(manager.listener == 3)
    #expect(manager.watchdogTimeout == .seconds(3))
    #expect(manager.isListening)
  }

  @Test func whatIsMeantForAnotherProcessIsLeftAlone() throws {
    let manager = try ServiceManager(ServiceManagerTests.everything, processID: 8)
    #expect(manager.listener == nil)
    #expect(manager.watchdogTimeout == nil)
  }

  @Test(arguments: [
    ("LISTEN_FDS", "2"), ("LISTEN_FDS", "0"), ("NOTIFY_SOCKET", "run/notify"),
    ("NOTIFY_SOCKET", "@"), ("NOTIFY_SOCKET", "/" + String(repeating: "x", count: 107)),
    ("WATCHDOG_USEC", "soon"), ("WATCHDOG_USEC", "0"),
  ])
  func whatCannotBeUsedIsNamed(name: String, value: String) {
    var variables = ServiceManagerTests.everything
    variables[name] = value
    let error = #expect(throws: InvalidSetting.self) {
      try ServiceManager(variables, processID: 7)
    }
    #expect(error?.description.hasPrefix("\(name) must be ") == true)
    #expect(error?.description.hasSuffix("(got \"\(value)\")") == true)
  }

  @Test(arguments: [true, false]) func itIsToldAtAPathAndAtAnAbstractName(isAbstract: Bool) throws {
    let directory = try TemporaryDirectory()
    let name = (isAbstract ? "@" : "") + directory.file("notify")
    let socket = try OwnedSocket.receivingDatagrams(at: name)
    let manager = try ServiceManager(["NOTIFY_SOCKET": name], processID: 7)
    manager.notify(.ready, .status("two\nlines"))
    #expect(String(decoding: try socket.receive(), as: UTF8.self) == "READY=1\nSTATUS=two lines")
  }

  @Test func aPartThatIsStuckEndsTheSignsOfLife() throws {
    let directory = try TemporaryDirectory()
    let name = directory.file("notify")
    let socket = try OwnedSocket.receivingDatagrams(at: name)
    let manager = try ServiceManager(
      ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "20000"], processID: 7)
    let isStuck = Atomic(false)
    let iterations = Atomic<UInt64>(0)
    func next() throws -> String { String(decoding: try socket.receive(), as: UTF8.self) }

    let watchdog = try Watchdog(
      manager,
      [
        .init("steady", allowance: .seconds(60)) { 1 },
        .init("lane", allowance: .milliseconds(50)) {
          isStuck.load(ordering: .acquiring)
            ? 1 : iterations.wrappingAdd(1, ordering: .relaxed).newValue
        },
      ],
      status: { "all is well" })
    #expect(try next() == "WATCHDOG=1")
    #expect(try next() == "STATUS=all is well")
    for _ in 0..<5 { #expect(try next() == "WATCHDOG=1") }

    isStuck.store(true, ordering: .releasing)
    while try next() == "WATCHDOG=1" {}
    // What came was the status; from then on there is silence, until the part turns again.
    isStuck.store(false, ordering: .releasing)
    #expect(try next() == "WATCHDOG=1")
    #expect(try next() == "STATUS=all is well")
    watchdog.stop()
  }
}

@Suite struct LivenessTests {
  typealias Instant = ContinuousClock.Instant

  @Test func aPartIsStuckWhenItsTimeIsOver() {
    let start = Instant.now
    var liveness = Liveness(allowances: [.seconds(3), .seconds(60)], at: start)
    #expect(liveness.stuck(iterations: [0, 0], at: start + .seconds(3)) == [])
    #expect(liveness.stuck(iterations: [0, 0], at: start + .seconds(4)) == [0])
    #expect(liveness.stuck(iterations: [0, 0], at: start + .seconds(61)) == [0, 1])
  }

  @Test func eachTurnBeginsItsTimeAnew() {
    let start = Instant.now
    var liveness = Liveness(allowances: [.seconds(3)], at: start)
    for second in 1..<10 {
      #expect(liveness.stuck(iterations: [UInt64(second)], at: start + .seconds(second)) == [])
    }
    #expect(liveness.stuck(iterations: [9], at: start + .seconds(13)) == [0])
    #expect(liveness.stuck(iterations: [10], at: start + .seconds(14)) == [])
  }
}
