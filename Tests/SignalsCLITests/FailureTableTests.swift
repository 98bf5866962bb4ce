import Foundation
import TestSupport
import Testing

/// The table of failures in the documentation: each row is tried, and each that is tried has a row.
@Suite struct FailureTableTests {
  /// A row as CommandLine.md has it.
  private struct Row {
    let says: String
    let advice: String
    let status: Int32
  }

  /// By what is wrong.
  private static func rows() throws -> [String: Row] {
    let file = NginxServer.repository.appendingPathComponent(
      "Sources/Signals/Signals.docc/CommandLine.md")
    let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    let table = lines.drop { $0 != "| | says | try: | status |" }.dropFirst(2)
      .prefix { $0.hasPrefix("|") }
    return Dictionary(
      uniqueKeysWithValues: table.map { line in
        let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst()
          .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " ")) }
        func plain(_ cell: String) -> String { cell.trimmingCharacters(in: ["`"]) }
        return (
          cells[0],
          Row(says: plain(cells[1]), advice: plain(cells[2]), status: Int32(cells[3]) ?? -1)
        )
      })
  }

  /// Whether the text contains the pattern, in which `…` matches anything.
  private func matches(_ text: Substring, _ pattern: String) -> Bool {
    var rest = text
    for part in pattern.components(separatedBy: "…") where !part.isEmpty {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }

  @Test func eachRowIsTried() throws {
    #expect(try Self.rows().keys.sorted() == Failing.cases.keys.sorted())
  }

  @Test(arguments: Failing.cases.keys.sorted())
  func itIsAsDocumented(_ name: String) throws {
    let row = try #require(try Self.rows()[name], "CommandLine.md has no row for it")
    let began = ContinuousClock.now
    let attempt = try #require(Failing.cases[name])
    let outcome = try attempt()
    // It always ends: the timeouts of these cases are far below.
    #expect(ContinuousClock.now - began < .seconds(50))
    #expect(outcome.status == row.status, "\(outcome.errors)")
    let lines = outcome.errors.split(separator: "\n")
    guard !row.says.isEmpty else {
      #expect(outcome.errors == "")
      return
    }
    #expect(lines.first?.hasPrefix("signals-cli: ") == true)
    #expect(lines.contains { matches($0, row.says) }, "\(outcome.errors)")
    let advice = lines.first { $0.hasPrefix("  try: ") }
    if row.advice.isEmpty {
      #expect(advice == nil)
    } else {
      #expect(advice.map { matches($0, "try: \(row.advice)") } == true, "\(outcome.errors)")
    }
    #expect(!outcome.errors.contains("Error(") && !outcome.errors.contains("Fatal error"))
  }
}

/// The failing cases, each against a server of its own.
private enum Failing {
  typealias Case = @Sendable () throws -> ChildProcess.Outcome

  static let cases = unreachable.merging(bad) { $1 }.merging(refused) { $1 }.merging(ours) { $1 }

  private static func asking(
    _ answer: HTTPServerDouble.Answer, _ arguments: [String] = ["types", "-t", "5"],
    token: String? = nil
  ) throws -> ChildProcess.Outcome {
    let server = try CannedResponses.server(answer)
    return try signals(arguments, url: server.url, environment: ["SIGNALS_TOKEN": token])
  }

  private static func trusting(
    hosts: String = "DNS:localhost", days: Int = 2, isKnown: Bool = true
  ) throws -> ChildProcess.Outcome {
    let certificates = try TestCertificates()
    let server = try NginxDouble(
      certificates.issue("server", for: hosts, days: days), "location / { return 200 '[]'; }")
    return try signals(
      ["types"] + (isKnown ? ["--cacert", certificates.authorityFile] : []), url: server.url)
  }

  private static let unreachable: [String: Case] = [
    "nothing listens": { try signals(["types"], url: "http://127.0.0.1:\(freePort())") },
    "the name has no address": { try signals(["types"], url: "http://nobody.invalid") },
    "a proxy that does not listen": {
      try signals(
        ["types"], url: "http://plant.example",
        environment: ["http_proxy": "http://127.0.0.1:\(freePort())"])
    },
    "a proxy that refuses": {
      let proxy = try CannedResponses.server(.body("", status: "407 Proxy Authentication Required"))
      return try signals(
        ["types"], url: "http://plant.example", environment: ["http_proxy": proxy.url])
    },
    "the server hangs": { try asking(.hanging(), ["types", "-t", "0.2"]) },
    "half an answer, then silence": {
      try asking(
        .hanging("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n["), ["types", "-t", "0.2"])
    },
    "half an answer, then the end": {
      try asking(.closing("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n["))
    },
    "not HTTP": { try asking(.closing("SSH-2.0-OpenSSH_9.2\r\n")) },
    "no TLS on that port": {
      let plain = try HTTPServerDouble(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n") { _ in
        .closing("")
      }
      return try signals(["types"], url: "https://127.0.0.1:\(plain.port)")
    },
    "an untrusted authority": { try trusting(isKnown: false) },
    "an expired certificate": { try trusting(days: -1) },
    "a certificate for another host": { try trusting(hosts: "DNS:plant.example") },
  ]

  private static let bad: [String: Case] = [
    "a page instead of JSON": { try asking(.body("<html>Log in</html>", type: "text/html")) },
    "10 MB of other text": {
      try asking(.body(String(repeating: "[1, nonsense", count: 850_000)), ["types", "-t", "40"])
    },
    "JSON nested without end": {
      try asking(.body(String(repeating: "[", count: 1_000_000)), ["types", "-t", "40"])
    },
    "other JSON": { try asking(.body(#"{"types":[]}"#)) },
    "more than 16 MiB": {
      try asking(
        .endless(chunk: String(repeating: " ", count: 65_536)), ["types", "-t", "40"])
    },
  ]

  private static let refused: [String: Case] = [
    "301": {
      try asking(
        .body("", status: "301 Moved", headers: ["Location": "https://plant.example/"]))
    },
    "400": {
      try asking(
        CannedResponses.problem(
          "400 Bad Request",
          #"limit must be an integer from 1 to 1000 (got \"5000\")"#),
        ["get", "power", "--limit", "5000"])
    },
    "401": {
      try asking(
        CannedResponses.problem("401 Unauthorized", "a bearer token is needed"),
        ["producer", "status"])
    },
    "403": {
      try asking(
        CannedResponses.problem("403 Forbidden", "not from there"), ["producer", "status"],
        token: "t")
    },
    "404, a type": {
      let server = try CannedResponses.server()
      return try signals(["get", "pwoer"], url: server.url)
    },
    "404, a machine": {
      try asking(
        CannedResponses.problem(
          "404 Not Found", #"unknown machine \"machine-2\"; expected one of machine-1"#,
          more: #","known_machines":["machine-1"]"#),
        ["get", "power", "--machine", "machine-2"])
    },
    "429": {
      try asking(
        CannedResponses.problem("429 Too Many Requests", "later", headers: ["Retry-After": "1"]))
    },
    "500": { try asking(.body("<html>", status: "500 Oops", type: "text/html")) },
    "503": {
      try asking(
        CannedResponses.problem(
          "503 Service Unavailable", "the database does not answer",
          headers: ["Retry-After": "2"]))
    },
    "`health` of a failing service": {
      try asking(
        .body(
          CannedResponses.sickHealth, status: "503 Service Unavailable",
          type: "application/health+json"),
        ["health"])
    },
  ]

  private static let ours: [String: Case] = [
    "`doctor` at a broken hop": {
      try signals(["doctor"], url: "http://127.0.0.1:\(freePort())")
    },
    "a full disk behind the output": {
      let server = try CannedResponses.server()
      return try shell("\"$1\" types >/dev/full", url: server.url)
    },
    "a wrong command line": { try signals(["get"]) },
    "a wrong address": { try signals(["types", "--url", "localhost:8080"]) },
    "a missing token file": {
      try signals(["producer", "status", "--token-file", "/nonexistent"])
    },
    "a token over plain HTTP": {
      try signals(
        ["producer", "status"], url: "http://nobody.invalid", environment: ["SIGNALS_TOKEN": "t"])
    },
    "an unconfirmed loss": {
      let server = try CannedResponses.producerServer()
      return try signals(
        ["producer", "stop"], url: server.url, environment: ["SIGNALS_TOKEN": CannedResponses.token]
      )
    },
    "a missing authority file": {
      let server = try NginxDouble(
        TestCertificates().issue("server", for: "DNS:localhost"), "location / { return 200; }")
      return try signals(["types", "--cacert", "/nonexistent"], url: server.url)
    },
    "an unusable context file": {
      let directory = try TemporaryDirectory()
      try directory.makeDirectory("signals")
      try directory.write("nonsense", to: "signals/config")
      return try signals(["config"], environment: ["XDG_CONFIG_HOME": directory.path])
    },
    "Ctrl-C": {
      let server = try CannedResponses.server(.hanging())
      let program = try ChildProcess(
        ChildProcess.product("signals-cli"), ["types"],
        environment: signalsEnvironment(server.url))
      guard eventually({ !server.requests.isEmpty }) else { throw SetupFailure("it does not ask") }
      program.signal(SIGINT)
      return program.wait()
    },
    "a reader that closes the pipe, such as `head`": {
      let server = try CannedResponses.server()
      return try shell(
        #"exit "$( { { "$1" types; echo "$?" >&3; } | true; } 3>&1 )""#, url: server.url)
    },
  ]
}
