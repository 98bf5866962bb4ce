import Foundation
import HTTPContract
import Postgres
import RegexBuilder
import Signals
import SignalsAPI
import StrictJSON
import TestSupport
import Testing

/// What the API promises, asked of the accessor itself and through nginx, with the same assertions.
@Suite struct ContractTests {
  enum Way: String, CaseIterable, CustomStringConvertible {
    case direct
    case nginx
    var description: String { rawValue }
  }

  /// An answer without what belongs to the way it took.
  struct Plain {
    let status: Int
    let contentType: String?
    let headers: [String: String]
    let body: String
    var json: Any? { try? JSONSerialization.jsonObject(with: Data(body.utf8)) }
    var object: [String: Any] { json as? [String: Any] ?? [:] }
    var array: [[String: Any]] { json as? [[String: Any]] ?? [] }
  }

  /// One system for all of these tests, which only ask.
  // Made once; what it is asked changes nothing in it.
  private nonisolated(unsafe) static let shared = Result {
    try SignalsSystem(server: PostgresServer.shared.get(), settings: ["PRODUCER_MACHINES": "2"])
  }
  private let system: SignalsSystem

  init() throws { system = try ContractTests.shared.get() }

  private func ask(_ way: Way, _ target: String, method: String = "GET") throws -> Plain {
    try system.ask(way, target, method: method)
  }

  private func expectProblem(
    _ answer: Plain, _ status: Int, _ title: String, _ detail: String, instance: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(answer.status == status, sourceLocation: location)
    #expect(answer.contentType == "application/problem+json", sourceLocation: location)
    let problem = answer.object
    #expect(problem["type"] as? String == "about:blank", sourceLocation: location)
    #expect(problem["title"] as? String == title, sourceLocation: location)
    #expect(problem["status"] as? Int == status, sourceLocation: location)
    #expect(problem["detail"] as? String == detail, sourceLocation: location)
    #expect(problem["instance"] as? String == instance, sourceLocation: location)
    #expect((problem["request_id"] as? String)?.isEmpty == false, sourceLocation: location)
  }

  @Test(arguments: Way.allCases, ["power", "state_change", "error"])
  func theNewestReadingsComeFirst(way: Way, type: String) throws {
    // An error comes every 10 seconds at the earliest: wait for the first.
    var answer = try ask(way, "/signals/\(type)")
    #expect(
      try eventually(within: 40) {
        answer = try ask(way, "/signals/\(type)")
        return !answer.array.isEmpty
      })
    #expect(answer.status == 200)
    #expect(answer.contentType == "application/json")
    let readings = answer.array
    #expect(readings.count <= 10)
    if type == "power" { #expect(readings.count == 10) }
    for reading in readings {
      #expect(Set(reading.keys) == ["id", "signal_type", "value", "timestamp", "machine"])
      #expect(reading["id"] is Int)
      #expect(reading["signal_type"] as? String == type)
      let machine = try #require(reading["machine"] as? String)
      #expect(["machine-1", "machine-2"].contains(machine))
      let timestamp = try #require(reading["timestamp"] as? String)
      #expect(
        timestamp.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil, "\(timestamp)")
      let value = try #require(reading["value"] as? Double)
      switch type {
      case "power": #expect((100...500).contains(value))
      case "state_change": #expect(value == 0 || value == 1)
      default: #expect((1...100).contains(value) && value == value.rounded())
      }
    }
    let times = readings.compactMap { $0["timestamp"] as? String }
    #expect(times == times.sorted(by: >))
  }

  /// Also of what is written byte by byte: it is what the types of the contract write.
  @Test(arguments: Way.allCases) func answersAreOfTheContractsTypes(way: Way) throws {
    func expect<Content: Codable>(_ type: Content.Type, _ targets: String...) throws {
      for target in targets {
        // nginx ends its own with a line feed.
        let body = try ask(way, target).body.trimmingCharacters(in: .newlines)
        let content = try JSONValue(parsing: Array(body.utf8)).decode(type)
        let written = try JSONValue(encoding: content).description
        #expect(written == body, "\(target): \(written) instead of \(body)")
      }
    }
    try expect(
      [API.Reading].self, "/signals/power", "/signals/state_change?machine=machine-2&limit=1000")
    try expect([SignalType].self, "/signals")
    try expect([API.Machine].self, "/machines")
    try expect(API.Health.self, "/health", "/health/live", "/health/ready")
    try expect(
      ProblemDocument.self, "/signals/nope", "/signals/power?machine=nope", "/signals?x=1",
      "/nothing")
  }

  @Test(arguments: Way.allCases) func theLimitIsHeeded(way: Way) throws {
    #expect(try ask(way, "/signals/power?limit=1").array.count == 1)
    #expect(
      try eventually { try ask(way, "/signals/power?limit=1000").array.count == 1000 })
    #expect(try ask(way, "/signals/power?%6Cimit=%33").array.count == 3)
  }

  @Test(arguments: Way.allCases) func oneMachineCanBeAskedFor(way: Way) throws {
    let readings = try ask(way, "/signals/power?machine=machine-2&limit=5").array
    #expect(readings.count == 5)
    #expect(readings.allSatisfy { $0["machine"] as? String == "machine-2" })
  }

  @Test(arguments: Way.allCases) func theTypesAreListedWithTheirUnits(way: Way) throws {
    // Another test adds a type for a moment.
    let types = try ask(way, "/signals").array.filter {
      ($0["name"] as? String)?.hasPrefix("temperature_") == false
    }
    #expect(types.compactMap { $0["name"] as? String } == ["error", "power", "state_change"])
    #expect(types.compactMap { $0["unit"] as? String } == ["1", "W", "1"])
    #expect(types.allSatisfy { ($0["description"] as? String)?.isEmpty == false })
    #expect(types.allSatisfy { $0.count == 3 })
  }

  @Test(arguments: Way.allCases) func aTypeIsARowAndTakesNoRelease(way: Way) throws {
    let name = "temperature_\(way)"
    let session = try system.connect()
    try session.execute(
      "INSERT INTO signal_types (name, unit, description) VALUES ('\(name)', 'Cel', 'Warmth')")
    defer { _ = try? session.execute("DELETE FROM signal_types WHERE name = '\(name)'") }
    #expect(try ask(way, "/signals/\(name)").body == "[]")
    #expect(
      try ask(way, "/signals").array.contains {
        $0["name"] as? String == name && $0["unit"] as? String == "Cel"
      })
  }

  @Test(arguments: Way.allCases) func anUnknownTypeIsNotFoundAndTheKnownOnesAreNamed(
    way: Way
  ) throws {
    let answer = try ask(way, "/signals/foo%22bar")
    // nginx decodes the path; a FastCGI client of another kind may not.
    let name = way == .nginx ? "foo\"bar" : "foo%22bar"
    #expect(answer.status == 404)
    #expect(answer.contentType == "application/problem+json")
    let known = try #require(answer.object["known_types"] as? [String])
    #expect(Set(known).isSuperset(of: ["error", "power", "state_change"]))
    let detail = try #require(answer.object["detail"] as? String)
    #expect(detail.hasPrefix("unknown signal type \"\(name)\"; expected one of error, power"))
  }

  /// As it was sent; what is no path of a URI is left out.
  @Test(
    arguments: [
      ("/signals/a%20b", "/signals/a%20b"), ("/signals/%22%3Cb%3E?limit=3", "/signals/%22%3Cb%3E"),
      ("/signals/gr%C3%BC%C3%9Fe", "/signals/gr%C3%BC%C3%9Fe"),
      ("/signals/a'b(c)", "/signals/a'b(c)"),
      ("/signals/a\"b", nil), ("/signals/a<b", nil),
      ("/nothing/a%20b", "/nothing/a%20b"), ("/nothing/a\"b", nil), ("//evil.example/x", nil),
      ("/producer/a%20b", "/producer/a%20b"), ("/producer/a\"b", nil),
    ] as [(String, String?)])
  func theInstanceOfAProblemIsAURI(target: String, instance: String?) throws {
    let answer = try system.nginx.ask(target)
    #expect(answer.status >= 400)
    let problem = try #require(answer.json as? [String: Any], "\(answer.body)")
    #expect(problem["instance"] as? String == instance)
    guard target.hasPrefix("/signals") else { return }
    #expect(try ask(.direct, target).object["instance"] as? String == instance)
  }

  @Test func aPercentSignThatEncodesNothingIsInNoInstance() throws {
    #expect(try ask(.direct, "/signals/gr\u{fc}").object["instance"] == nil)
    for target in ["/signals/a%zz", "/signals/a%2", "/signals/a%"] {
      #expect(try ask(.direct, target).object["instance"] == nil)
      #expect((try system.nginx.ask(target).json as? [String: Any])?["instance"] == nil)
    }
  }

  @Test(arguments: Way.allCases) func anUnknownMachineIsNotFound(way: Way) throws {
    let answer = try ask(way, "/signals/power?machine=nope")
    expectProblem(
      answer, 404, "Not Found", "unknown machine \"nope\"; expected one of machine-1, machine-2",
      instance: "/signals/power")
    #expect(answer.object["known_machines"] as? [String] == ["machine-1", "machine-2"])
  }

  static let badQueries = [
    ("limit=0", #"limit must be an integer from 1 to 1000 (got "0")"#),
    ("limit=1001", #"limit must be an integer from 1 to 1000 (got "1001")"#),
    ("limit=-1", #"limit must be an integer from 1 to 1000 (got "-1")"#),
    ("limit=ten", #"limit must be an integer from 1 to 1000 (got "ten")"#),
    ("limit=", #"limit must be an integer from 1 to 1000 (got "")"#),
    (
      "limit=99999999999999999999",
      #"limit must be an integer from 1 to 1000 (got "99999999999999999999")"#
    ),
    ("limit=1&limit=2", "limit is given more than once"),
    ("machine=", #"machine must be a string of 1 to 100 characters (got "")"#),
    ("machine=a&machine=b", "machine is given more than once"),
    ("since=today", #"unknown parameter "since"; expected one of limit, machine"#),
    ("Limit=5", #"unknown parameter "Limit"; expected one of limit, machine"#),
    ("limit=%zz", "% in the query must be followed by two hexadecimal digits"),
    ("machine=%ff", "query is not valid UTF-8"),
  ]

  @Test(arguments: Way.allCases, badQueries) func aBadParameterIsNamedWithWhatItTakes(
    way: Way, query: (String, String)
  ) throws {
    expectProblem(
      try ask(way, "/signals/power?\(query.0)"), 400, "Bad Request", query.1,
      instance: "/signals/power")
  }

  @Test(arguments: Way.allCases, ["/signals", "/health", "/health/live", "/health/ready"])
  func aParameterWhereNoneIsTakenIsNotIgnored(way: Way, path: String) throws {
    expectProblem(
      try ask(way, "\(path)?verbose=1"), 400, "Bad Request",
      "unknown parameter \"verbose\"; no parameters are expected", instance: path)
  }

  @Test(arguments: Way.allCases, ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
  func anotherMethodIsRefusedAndTheRightOnesAreNamed(way: Way, method: String) throws {
    for path in ["/signals", "/signals/power", "/health"] {
      let answer = try ask(way, path, method: method)
      expectProblem(
        answer, 405, "Method Not Allowed",
        "method \(method) not allowed; expected one of GET, HEAD", instance: path)
      #expect(answer.headers["allow"] == "GET, HEAD")
    }
  }

  @Test(arguments: Way.allCases, ["/signals/power", "/signals", "/health", "/signals/nope"])
  func headHasTheHeadersOfGetAndNoBody(way: Way, path: String) throws {
    let head = try ask(way, path, method: "HEAD")
    let get = try ask(way, path)
    #expect(head.status == get.status)
    #expect(head.contentType == get.contentType)
    #expect(head.body == "")
    #expect(Int(head.headers["content-length"] ?? "").map { $0 > 0 } == true)
  }

  @Test(arguments: Way.allCases, ["/signals/", "/signals/power/", "/signals/a/b", "/health/x"])
  func otherPathsAreNotFoundOrTheSame(way: Way, path: String) throws {
    let answer = try ask(way, path)
    #expect(answer.status == (path == "/signals/" ? 200 : 404))
  }

  @Test(arguments: Way.allCases) func healthTellsWhatWasLookedAt(way: Way) throws {
    let answer = try ask(way, "/health")
    #expect(answer.status == 200)
    #expect(answer.contentType == "application/health+json")
    #expect(answer.object["status"] as? String == "Service is up and running")
    let checks = try #require(answer.object["checks"] as? [String: [[String: Any]]])
    let response = try #require(checks["database:responseTime"]?.first)
    #expect(response["status"] as? String == "pass")
    #expect((response["observedValue"] as? Double).map { $0 > 0 } == true)
    #expect(response["observedUnit"] as? String == "ms")
    let age = try #require(checks["readings:age"]?.first)
    #expect((age["observedValue"] as? Double).map { $0 > -1 && $0 < 60 } == true)
    #expect(age["observedUnit"] as? String == "s")
    for path in ["/health/live", "/health/ready"] {
      #expect(try ask(way, path).status == 200)
    }
  }

  @Test(arguments: Way.allCases) func theUnitComesWithTheReadings(way: Way) throws {
    #expect(try ask(way, "/signals/power").headers["signal-unit"] == "W")
    #expect(try ask(way, "/signals/error?machine=machine-1").headers["signal-unit"] == "1")
    #expect(try ask(way, "/signals").headers["signal-unit"] == nil)
  }

  @Test(arguments: Way.allCases, ["/signals/power", "/signals"])
  func anAnswerTellsWhereItsTimeWent(way: Way, path: String) throws {
    let header = try #require(try ask(way, path).headers["server-timing"])
    let number = /[0-9]+(?:\.[0-9]+)?/
    let expected = Regex {
      "wait;dur="
      number
      ", query;dur="
      number
      ", render;dur="
      number
    }
    #expect(header.wholeMatch(of: expected) != nil, "\(header)")
  }

  @Test(arguments: Way.allCases) func noAnswerMayBeKept(way: Way) throws {
    for path in ["/signals/power", "/signals", "/health", "/signals/nope", "/signals?x"] {
      #expect(try ask(way, path).headers["cache-control"] == "no-store")
    }
  }

  @Test func aRequestsIdIsInTheProblemAndInTheAnswersHeader() throws {
    let answer = try system.nginx.ask("/signals/nope", "-H", "X-Request-Id: my-request-17")
    #expect(answer.headers["x-request-id"] == ["my-request-17"])
    #expect((answer.json as? [String: Any])?["request_id"] as? String == "my-request-17")
  }

  @Test func overTLSItIsTheSame() throws {
    let answer = try system.nginx.ask("\(system.nginx.tlsURL)/signals/power?limit=2")
    #expect((answer.json as? [[String: Any]])?.count == 2)
    #expect(answer.version == "HTTP/2")
  }
}

extension SignalsSystem {
  /// Asks the accessor itself, or nginx.
  func ask(
    _ way: ContractTests.Way, _ target: String, method: String = "GET"
  ) throws -> ContractTests.Plain {
    switch way {
    case .direct:
      let answer = try FastCGIClient.exchange(connectToAccessor(), method, target)
      return ContractTests.Plain(
        status: answer.status, contentType: answer.headers["Content-Type"],
        headers: Dictionary(
          uniqueKeysWithValues: answer.headers.map { ($0.key.lowercased(), $0.value) }),
        body: answer.body)
    case .nginx:
      let answer =
        try method == "HEAD"
        ? nginx.ask(target, "--head") : nginx.ask(target, "-X", method)
      return ContractTests.Plain(
        status: answer.status, contentType: answer.headers["content-type"]?.first,
        headers: answer.headers.compactMapValues(\.first), body: answer.body)
    }
  }
}
