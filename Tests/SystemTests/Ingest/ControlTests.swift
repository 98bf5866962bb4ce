import Foundation
import SignalsAPI
import StrictJSON
import TestSupport
import Testing

/// The producer's control endpoint, through nginx.
@Suite struct ControlTests {
  private let system: SignalsSystem

  init() throws { system = try SignalsSystem(server: PostgresServer.shared.get()) }

  private func detail(_ answer: NginxServer.Answer) -> String {
    (answer.json as? [String: Any])?["detail"] as? String ?? ""
  }

  @Test func withoutTheTokenNothingIsToldOrDone() throws {
    for (method, path) in [
      ("GET", "/producer"), ("POST", "/producer/stop"), ("PATCH", "/producer"),
      ("GET", "/producer/nonsense"), ("DELETE", "/producer"),
    ] {
      for header in ["X: y", "Authorization: Bearer wrong-wrong-wrong", "Authorization: Basic x"] {
        let answer = try system.nginx.ask(path, "-X", method, "-H", header)
        #expect(answer.status == 401)
        let challenge = answer.headers["www-authenticate"]?.first ?? ""
        #expect(challenge.hasPrefix("Bearer realm=\"signals\""))
      }
    }
    #expect(try system.producerState()["state"] as? String == "running")
  }

  @Test func withNoTokenSetItSaysHowToSetOne() throws {
    let other = try SignalsSystem(
      server: PostgresServer.shared.get(), settings: ["CONTROL_TOKEN": ""])
    let answer = try other.control("GET", "/producer")
    #expect(answer.status == 401)
    #expect(detail(answer).contains("set CONTROL_TOKEN"))
  }

  @Test func aChangeMayComeCompressed() throws {
    let directory = try TemporaryDirectory()
    try directory.write(#"{"machines":2}"#, to: "change")
    try ChildProcess.output(of: "gzip", [directory.file("change")])
    let answer = try system.nginx.ask(
      "/producer", "-X", "PATCH", "-H", "Authorization: Bearer \(SignalsSystem.token)", "-H",
      "Content-Type: application/json", "-H", "Content-Encoding: gzip", "--data-binary",
      "@\(directory.file("change.gz"))")
    #expect(answer.status == 200)
    #expect(try system.producerState()["machines"] as? Int == 2)
    #expect(system.producer.errors.contains(#" change="{\"machines\":2}""#))
  }

  @Test func stoppedMachinesGiveNothingOffAndStartedOnesGoOn() throws {
    let stopped = try system.control("POST", "/producer/stop")
    #expect(stopped.status == 200)
    #expect((stopped.json as? [String: Any])?["state"] as? String == "stopped")
    let session = try system.connect()
    func count() throws -> Int64 { try session.integer("SELECT count(*) FROM machine_signals") }
    // Until the rest of what was simulated is written.
    #expect(
      try eventually {
        (try system.producerState()["readings_per_second"] as? Double) == 0
      })
    let atRest = try count()
    usleep(300_000)
    #expect(try count() == atRest)
    #expect(try system.control("POST", "/producer/start").status == 200)
    #expect(try eventually { try count() > atRest + 50 })
  }

  @Test func machinesRatesAndSeedChangeWhileItRuns() throws {
    let answer = try system.control(
      "PATCH", "/producer", #"{"machines":3,"seed":9,"rates":{"power_hz":50}}"#)
    #expect(answer.status == 200)
    let state = try system.producerState()
    #expect(state["machines"] as? Int == 3)
    #expect(state["seed"] as? Int == 9)
    #expect((state["rates"] as? [String: Any])?["power_hz"] as? Int == 50)
    #expect(
      try eventually {
        try system.nginx.ask("/signals/power?machine=machine-3&limit=50").status == 200
      })
    let session = try system.connect()
    // On an even grid from the first reading on.
    #expect(
      try eventually {
        try session.integer(
          """
          SELECT count(*) FROM (
            SELECT time - lag(time) OVER (ORDER BY time) AS gap FROM machine_signals
            WHERE machine_id = (SELECT id FROM machines WHERE name = 'machine-3')
              AND type_id = (SELECT id FROM signal_types WHERE name = 'power')
          ) gaps WHERE gap = '20 ms'
          """) > 40
      })
  }

  @Test func aFaultIsReadBackAsAnErrorAndAStop() throws {
    let answer = try system.control(
      "POST", "/producer/faults", #"{"machine":"machine-1","code":77,"stop_seconds":60}"#)
    #expect(answer.status == 201)
    let fault = try #require(answer.json as? [String: Any])
    #expect(fault["machine"] as? String == "machine-1")
    #expect(fault["code"] as? Int == 77)
    let time = try #require(fault["timestamp"] as? String)
    func newest(_ type: String) throws -> [[String: Any]] {
      try system.nginx.ask("/signals/\(type)?limit=50").json as? [[String: Any]] ?? []
    }
    #expect(
      try eventually {
        try newest("error").contains {
          $0["value"] as? Int == 77 && $0["timestamp"] as? String == time
        }
      })
    // At rest, whatever it did before.
    #expect(
      try eventually {
        try newest("power").allSatisfy { ($0["value"] as? Double ?? 500) < 160 }
      })
    let listed = try system.producerState()["faults"] as? [[String: Any]]
    #expect(listed?.count == 1 && listed?[0]["until"] as? String == fault["until"] as? String)
  }

  @Test func answersAreOfTheContractsTypes() throws {
    func expect<Content: Codable>(_ type: Content.Type, _ answer: NginxServer.Answer) throws {
      let content = try JSONValue(parsing: Array(answer.body.utf8)).decode(type)
      let written = try JSONValue(encoding: content).description
      let objects = try [answer.body, written].map {
        try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary)
      }
      #expect(objects[0] == objects[1])
    }
    try expect(
      API.Fault.self,
      system.control("POST", "/producer/faults", #"{"machine":"machine-1","code":42}"#))
    let events =
      #"{"after_seconds":60,"machines":"all","load":{"factor":0.5,"seconds":300}},"#
      + #"{"after_seconds":61.5,"machines":["machine-1"],"fault":{"code":95,"stop_seconds":2.5}},"#
      + #"{"at":"2999-01-01T00:00:00Z","machines":"all","stop":{"seconds":600}}"#
    try expect(
      API.Scenario.self, system.control("PUT", "/producer/scenario", "{\"events\":[\(events)]}"))
    try expect(API.Producer.self, system.control("GET", "/producer"))
    try expect(API.Producer.self, system.control("POST", "/producer/stop"))
    try expect(
      API.Scenario.self, system.control("DELETE", "/producer/scenario"))
  }

  @Test func aBadBodyIsAProblemAndChangesNothing() throws {
    for (method, path, body, expected) in [
      (
        "PATCH", "/producer", "{",
        "the body is not valid JSON: line 1, column 2: expected a quoted member name (got end of input)"
      ),
      (
        "PATCH", "/producer", #"{"machines":0}"#,
        "machines must be an integer from 1 to 10000 (got 0)"
      ),
      ("PATCH", "/producer", #"{"machine":1}"#, "machine: unknown field"),
      ("POST", "/producer/faults", #"{"machine":"x","code":1}"#, "unknown machine \"x\""),
      (
        "POST", "/producer/faults", "",
        "the body is not valid JSON: line 1, column 1: expected a value (got end of input)"
      ),
    ] {
      let answer = try system.control(method, path, body)
      #expect(answer.status == 400)
      #expect(detail(answer).hasPrefix(expected), "\(answer.body)")
      #expect(answer.headers["content-type"] == ["application/problem+json"])
    }
    #expect(try system.producerState()["machines"] as? Int == 1)
  }

  @Test func otherMethodsPathsAndTypesAreRefused() throws {
    let method = try system.control("DELETE", "/producer")
    #expect(method.status == 405)
    #expect(method.headers["allow"] == ["GET, HEAD, PATCH"])
    #expect(try system.control("GET", "/producer/start").headers["allow"] == ["POST"])
    #expect(try system.control("GET", "/producer/nonsense").status == 404)
    #expect(try system.control("GET", "/producer?x=1").status == 400)
    let type = try system.nginx.ask(
      "/producer",
      "-X", "PATCH", "-H", "Authorization: Bearer \(SignalsSystem.token)", "--data",
      "machines=4")
    #expect(type.status == 415)
  }

  /// nginx refuses TRACE by itself, whatever is asked; what it does not know goes to the services.
  @Test func nginxNamesTheMethodsThatTheServicesDo() throws {
    for path in [
      "/producer", "/producer/start", "/producer/stop", "/producer/faults", "/producer/scenario",
      "/signals", "/signals/power", "/health", "/metrics",
    ] {
      let ours = try system.control("BREW", path)
      let nginx = try system.control("TRACE", "\(path)?x=1")
      #expect(ours.status == 405 && nginx.status == 405)
      #expect(ours.headers["allow"] == nginx.headers["allow"], "\(path)")
    }
  }
}
