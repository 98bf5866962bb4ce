import Foundation
import Logging
import SystemPackage
import TestSupport
import Testing

@testable import Server

@Suite struct LineLogHandlerTests {
  private let directory: TemporaryDirectory
  private let sink: LogSink
  private let logger: Logger

  init() throws {
    directory = try TemporaryDirectory()
    let sink = try LogSink(appendingTo: directory.file("log"))
    self.sink = sink
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
    let limit = LogRateLimiter()
    let start = ContinuousClock.now
    let place = LogRateLimiter.CallSite(label: "a", file: "b", line: 1)
    let other = LogRateLimiter.CallSite(label: "a", file: "b", line: 2)
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
    let sink = try LogSink(appendingTo: path)
    // More than any pipe holds.
    for _ in 0..<1000 { sink.write(String(repeating: "x", count: 5000)) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    #expect(read(reader, &buffer, 8192) > 0)
  }

  @Test func aFileThatCannotBeWrittenIsNoSink() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try LogSink(appendingTo: "/nonexistent/log") }
  }

  @Test func aFileThatWasMovedAwayIsMadeAgain() throws {
    let path = directory.file("log")
    let output = LogOutput(file: (path, sink))
    logger.info("before")
    #expect(rename(path, directory.file("log.1")) == 0)
    logger.info("between")
    try output.reopen()
    logger.info("after")
    #expect(try lines() == ["info test: after"])
    #expect(try directory.read("log.1").filter { $0 == 0x0A }.count == 2)
    // A file that cannot be made leaves the one before in use.
    try directory.remove("log")
    try directory.makeDirectory("log")
    #expect(throws: Errno.isDirectory) { try output.reopen() }
  }

  @Test(arguments: [
    ("\u{7f}", #"\u{7f}"#), ("\u{9b}31m", #"\u{9b}31m"#), ("\u{202e}", #"\u{202e}"#),
    ("\u{200b}", #"\u{200b}"#), ("\u{2028}", #"\u{2028}"#), ("\u{2029}", #"\u{2029}"#),
    ("\u{feff}", #"\u{feff}"#), ("\u{e0041}", #"\u{e0041}"#),
  ]) func whatIsInvisibleOrReordersIsEscaped(text: String, escaped: String) throws {
    logger.error("a\(text)b", metadata: ["k": "c\(text)d"])
    #expect(try lines() == [#"error test: a\#(escaped)b k="c\#(escaped)d""#])
  }

  /// A quote with a combining mark is one character, and is a quote all the same.
  @Test(arguments: ["\u{301}", "\u{fe0f}", "\u{200d}"]) func aQuoteIsEscapedWhateverFollowsIt(
    mark: String
  ) throws {
    logger.error("x", metadata: ["k": "a\"\(mark) status=200", "l": "b\\\(mark)"])
    let shown = mark == "\u{200d}" ? #"\u{200d}"# : mark
    #expect(try lines() == [#"error test: x k="a\"\#(shown) status=200" l="b\\\#(shown)""#])
  }

  @Test func aMessageCannotPassForAField() throws {
    logger.error(#"it said: "no" status=200"#, metadata: ["status": "401"])
    logger.error("a = b", metadata: ["status": "401"])
    #expect(
      try lines() == [
        #"error test: "it said: \"no\" status=200" status=401"#, "error test: a = b status=401",
      ])
  }

  @Test func eachPartIsBoundedByBytesAndWhatClientsSendIsLast() throws {
    // A base letter with 2010 combining marks is one character.
    let long = "e" + String(repeating: "\u{301}", count: 2010)
    logger.error(
      "\(long)", metadata: ["path": "\(long)", "body": "\(long)", "status": "401", "who": "anna"])
    let line = try #require(try lines().first)
    #expect(try lines().count == 1)
    #expect(line.utf8.contains("… status=401 who=anna path=e\u{301}".utf8))
    #expect(line.utf8.contains("… body=e\u{301}".utf8))
    #expect(try directory.read("log").count <= 4096)
  }

  @Test(arguments: [1, 5, 900, 1021, 1022, 1023, 1024, 1025, 3000]) func aValueIsCutWithinItsQuotes(
    length: Int
  ) throws {
    let value = " " + String(repeating: "\"", count: length)
    logger.error("x", metadata: ["a": "\(value)", "b": "z"])
    let line = try #require(try lines().first)
    let shown = try #require(line.wholeMatch(of: /error test: x a=("(?:[^"\\]|\\.)*") b=z/)).1
    #expect(shown.utf8.count <= 1024)
    #expect(shown.hasSuffix("…\"") == (2 * length + 3 > 1024))
  }

  @Test func aLineThatIsTooLongIsCutBetweenTwoScalars() throws {
    sink.write(String(repeating: "é", count: 3000) + "\n")
    let bytes = try directory.read("log")
    #expect(bytes.count <= 4096)
    #expect(String(validating: bytes, as: UTF8.self)?.hasSuffix("é…\n") == true)
  }
}
