import Glibc
import SignalsAPI
import Synchronization
import TestSupport
import Testing
import Time

/// `signals-cli watch` with its output piped.
@Suite struct WatchTests {
  private static func reading(_ number: Int) -> String {
    let second = number < 10 ? "0\(number)" : "\(number)"
    return """
      {"id":\(number),"signal_type":"power","value":\(number).5,\
      "timestamp":"2026-11-24T10:00:\(second)Z","machine":"machine-1"}
      """
  }

  private static func line(_ number: Int) -> String {
    reading(number).replacing("Z\"", with: ".000000Z\"") + "\n"
  }

  /// A server with one more reading for each request, and the given errors.
  private func server(trouble: [Int: HTTPServerDouble.Answer] = [:]) throws -> HTTPServerDouble {
    let asked = Mutex(0)
    return try HTTPServerDouble { _ in
      let number = asked.withLock {
        $0 += 1
        return $0
      }
      if let answer = trouble[number] { return answer }
      let newestFirst = (1...min(number, 59)).reversed().map(Self.reading)
      return .body("[\(newestFirst.joined(separator: ","))]")
    }
  }

  private func watch(_ server: HTTPServerDouble, _ arguments: String...) throws -> ChildProcess {
    try ChildProcess(
      ChildProcess.product("signals-cli"), ["watch", "power", "--interval", "0.1"] + arguments,
      environment: signalsEnvironment(server.url))
  }

  /// The output after a condition holds and the program is interrupted.
  private func outcome(
    _ program: ChildProcess, after isThere: (ChildProcess) -> Bool
  ) -> ChildProcess.Outcome {
    #expect(eventually { isThere(program) })
    program.signal(SIGINT)
    let outcome = program.wait()
    #expect(outcome.status == 130)
    return outcome
  }

  @Test func eachNewReadingIsALine() throws {
    let server = try server()
    let outcome = outcome(try watch(server)) { $0.output.contains(Self.line(4)) }
    #expect(outcome.output.hasPrefix((2...4).map(Self.line).joined()))
    #expect(outcome.errors == "")
    #expect(server.requests.allSatisfy { $0.target == "/signals/power?limit=1000" })
    #expect(server.requests.allSatisfy { $0.connection == 1 })
    #expect(server.requests.first?["Accept-Encoding"]?.contains("gzip") == true)
  }

  @Test func itBeginsWithWhatWasAskedFor() throws {
    let server = try server()
    let outcome = outcome(
      try watch(server, "--last", "1", "--output", "csv", "--fields", "value,id")
    ) { $0.output.contains("\n3.5,3\n") }
    #expect(outcome.output.hasPrefix("value,id\n1.5,1\n2.5,2\n3.5,3\n"))
  }

  @Test func itWaitsForAServerThatIsAway() throws {
    let away = CannedResponses.problem(
      "503 Service Unavailable", "the database does not answer", headers: ["Retry-After": "0"])
    let server = try server(trouble: [3: away, 4: away, 5: .closing("")])
    let outcome = outcome(try watch(server)) { $0.output.contains(Self.line(7)) }
    #expect(outcome.output.hasPrefix((2...7).map(Self.line).joined()))
    #expect(
      outcome.errors.contains(
        try Regex(
          """
          ^signals-cli: waiting for the server: GET \(server.url)/signals/power\\?limit=1000: \
          503 Service Unavailable: the database does not answer \\(request 5f3a9c\\)
          signals-cli: the server is back after \\d+ s
          $
          """)), "\(outcome.errors)")
  }

  @Test func itWaitsAsLongAsTheServerAsksFor() throws {
    let busy = CannedResponses.problem(
      "429 Too Many Requests", "slower", headers: ["Retry-After": "3600"])
    let server = try server(trouble: [2: busy])
    let outcome = outcome(try watch(server)) { $0.errors.contains("slower") }
    #expect(server.requests.count == 2)
    #expect(outcome.output == "")
  }

  @Test func whatWouldFailForEverIsAFailure() throws {
    let server = try server(trouble: [2: CannedResponses.problem("404 Not Found", "no such type")])
    let outcome = try watch(server).wait()
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("404 Not Found: no such type"))
  }

  @Test func readingsThatAreMissingAreSaid() throws {
    let start = try #require(Timestamp("2026-11-24T10:00:00Z")).microseconds
    let asked = Mutex(0)
    // At 100 Hz, half of them never seen.
    let server = try HTTPServerDouble { _ in
      let first = asked.withLock {
        $0 += 2000
        return $0
      }
      let newestFirst = (first..<(first + 1000)).reversed().map { number in
        """
        {"id":\(number),"signal_type":"power","value":1,"machine":"m",\
        "timestamp":"\(Timestamp(microseconds: start + Int64(number) * 10_000))"}
        """
      }
      return .body("[\(newestFirst.joined(separator: ","))]")
    }
    let outcome = outcome(try watch(server)) { $0.errors.contains("missing") }
    #expect(
      outcome.errors.hasPrefix(
        """
        signals-cli: about 1000 readings between 2026-11-24T10:00:29.990000Z and \
        2026-11-24T10:00:40.000000Z are missing: a response holds at most 1000

        """), "\(outcome.errors.prefix(400))")
  }

  @Test func aReaderThatHasGoneEndsIt() throws {
    // No new readings, so that nothing is written.
    let server = try CannedResponses.server()
    let outcome = try shell(
      #"{ "$1" watch power --last 1; echo "status $?" >&2; } | head -n 1"#, url: server.url)
    #expect(outcome.output.contains("machine-1"))
    #expect(outcome.errors == "status 0\n")
  }

  @Test(arguments: ["0", "0.05", "inf", "x"]) func anIntervalIsChecked(_ interval: String) throws {
    let outcome = try signals(["watch", "power", "--interval", interval])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--interval"))
  }
}
