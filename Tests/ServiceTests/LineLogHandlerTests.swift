import Foundation
import Logging
import TestSupport
import Testing

@testable import Service

@Suite struct LineLogHandlerTests {
  private let directory: TemporaryDirectory
  private let logger: Logger

  init() throws {
    directory = try TemporaryDirectory()
    let sink = try #require(LogSink(appendingTo: directory.file("log")))
    logger = Logger(label: "test") { label in
      LineLogHandler(label: label, level: .info, sinks: [sink])
    }
  }

  private func lines() throws -> [String] {
    try String(contentsOfFile: directory.file("log"), encoding: .utf8)
      .split(separator: "\n").map { String($0.drop { $0 != " " }.dropFirst()) }
  }

  @Test func aLineHasLevelLabelMessageAndWhatGoesWithIt() throws {
    logger.warning("it happened", metadata: ["b": "2", "a": "one two", "c": #"say "x" \"#])
    #expect(try lines() == [#"warning test: it happened a="one two" b=2 c="say \"x\" \\""#])
  }

  @Test func whatFailsAgainAndAgainIsLoggedAtABoundedRateWithACount() throws {
    let limit = LogLimit()
    let start = ContinuousClock.now
    let place = LogLimit.Place(label: "a", file: "b", line: 1)
    let other = LogLimit.Place(label: "a", file: "b", line: 2)
    // Ten a second for a minute.
    let admitted = (0..<600).compactMap { limit.admit(place, at: start + .milliseconds(100 * $0)) }
    #expect(admitted.count == 15)
    #expect(admitted.prefix(10).allSatisfy { $0 == 0 } && (89...91).contains(admitted[10]))
    #expect(limit.admit(other, at: start + .seconds(60)) == 0)
    // After a while of rest as many as in the beginning.
    #expect((0..<600).count { _ in limit.admit(place, at: start + .seconds(3600)) != nil } == 10)

    for number in 0..<50 {
      logger.error("error \(number)")
      logger.info("information \(number)")
    }
    #expect(try lines().count { $0.hasPrefix("error") } == 10)
    #expect(try lines().count { $0.hasPrefix("info") } == 50)
  }

  @Test func whatIsBelowTheLevelIsLeftOut() throws {
    logger.debug("quiet")
    logger.info("loud")
    #expect(try lines() == ["info test: loud"])
  }

  @Test func nothingFromOutsideCanWriteALineOfItsOwn() throws {
    logger.error("a\nb", metadata: ["k": "x\r\ny\u{1b}[31m"])
    #expect(try lines() == [#"error test: a\u{a}b k="x\u{d}\u{a}y\u{1b}[31m""#])
  }

  @Test func aLineBeginsWithTheTimeInUTC() throws {
    logger.info("x")
    let text = try String(contentsOfFile: directory.file("log"), encoding: .utf8)
    #expect(text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z info test: x\n/) != nil)
  }

  @Test func theJournalIsToldThePriorityAndNoTime() throws {
    let descriptor = open(directory.file("journal"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    let journal = LineLogHandler(
      label: "test", level: .trace, sinks: [LogSink(descriptor, isJournal: true)])
    let logger = Logger(label: "test") { _ in journal }
    for level in Logger.Level.allCases { logger.log(level: level, "x") }
    #expect(
      try String(contentsOfFile: directory.file("journal"), encoding: .utf8)
        == [7, 7, 6, 5, 4, 3, 2].map { "<\($0)>test: x\n" }.joined())
  }

  @Test func aReaderThatDoesNotReadCostsLinesAndNotTime() throws {
    let path = directory.file("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    let reader = open(path, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    let sink = try #require(LogSink(appendingTo: path))
    // More than any pipe holds.
    for _ in 0..<1000 { sink.write(String(repeating: "x", count: 5000)) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    #expect(read(reader, &buffer, 8192) > 0)
  }

  @Test func aFileThatCannotBeWrittenIsNoSink() {
    #expect(LogSink(appendingTo: "/nonexistent/log") == nil)
  }
}
