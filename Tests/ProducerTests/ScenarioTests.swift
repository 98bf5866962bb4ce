import Server
import SignalsAPI
import Simulation
import TestSupport
import Testing
import Time

@testable import Producer

@Suite struct ScenarioTests {
  private let noon = Timestamp(microseconds: 1_795_514_400_000_000)
  private let plan = Plan(machines: 4, seed: 1, rates: .standard)

  private func plan(_ json: String) throws -> Plan {
    var plan = plan
    try ControlRequest.decode(ScenarioRequest.self, Array(json.utf8)).apply(to: &plan)
    return plan
  }

  @Test func aScenarioHoldsFaultsStopsAndLoads() throws {
    let scenario = try plan(
      """
      {"events": [
        {"after_seconds": 60, "machines": "all", "fault": {"code": 95, "stop_seconds": 10.5}},
        {"after_seconds": 0.25, "machines": ["machine-2"], "fault": {"code": 1}},
        {"at": "2026-11-24T11:00:00+01:00", "machines": ["machine-1", "machine-4"],
          "stop": {"seconds": 30}},
        {"at": "2026-11-24T10:00:01Z", "machines": "all", "load": {"factor": 0.5, "seconds": 1}},
        {"after_seconds": 90, "machines": "all", "load": {"factor": 2}}
      ]}
      """
    ).scenario
    #expect(
      scenario.events == [
        .init(.after(60_000_000), .all, .fault(code: 95, stop: 10_500_000)),
        .init(.after(250_000), .only([1]), .fault(code: 1, stop: nil)),
        .init(.at(noon), .only([0, 3]), .stop(30_000_000)),
        .init(.at(noon + 1_000_000), .all, .load(factor: 0.5, for: 1_000_000)),
        .init(.after(90_000_000), .all, .load(factor: 2, for: nil)),
      ])
  }

  @Test(arguments: [
    ("[]", "the body must be an object (got an array)"), ("{}", "events is missing"),
    (#"{"event": []}"#, "event: unknown field (expected one of events)"),
    (#"{"events": {}}"#, "events must be an array (got an object)"),
    (#"{"events": [5]}"#, "events[0] must be an object (got 5)"),
    event(#""at": "now""#)
      .giving("at must be a time such as 2026-11-24T10:00:00Z (got \"now\")"),
    event(#""at": 5"#).giving("at must be a string (got 5)"),
    event(#""after_seconds": -1"#)
      .giving("after_seconds must be a number from 0.0 to 31536000 (got -1.0)"),
    event(#""after_seconds": 1e300"#)
      .giving("after_seconds must be a number from 0.0 to 31536000 (got 1e+300)"),
    event(#""when": 1"#)
      .giving(
        "when: unknown field (expected one of at, after_seconds, machines, fault, stop, load)"
      ),
    event("").giving(" must have either at or after_seconds"),
    event(#""after_seconds": 1, "at": "2026-11-24T10:00:00Z""#)
      .giving(" must have either at or after_seconds"),
    event(machines: nil).giving("machines is missing"),
    event(machines: #""machine-1""#)
      .giving(#"machines must be "all" or an array of names such as ["machine-1"]"#),
    event(machines: "[]")
      .giving(#"machines must be "all" or an array of names such as ["machine-1"]"#),
    event(machines: #"["machine-0"]"#)
      .giving("machines must be names such as machine-1 (got \"machine-0\")"),
    (
      event(machines: #"["machine-1", "machine-5"]"#),
      "unknown machine \"machine-5\" (expected machine-1 to machine-4)"
    ),
    event(action: nil).giving(" must have exactly one of fault, stop and load"),
    event(action: #""stop": {"seconds": 1}, "load": {"factor": 1}"#)
      .giving(" must have exactly one of fault, stop and load"),
    event(action: #""fault": 5"#).giving("fault must be an object (got 5)"),
    event(action: #""fault": {"code": 42.5}"#)
      .giving("fault.code must be an integer (got 42.5)"),
    event(action: #""fault": {"code": 1, "code": 2}"#).giving("fault.code: duplicate field"),
    event(action: #""fault": {"code": 101}"#)
      .giving("fault.code must be an integer from 1 to 100 (got 101)"),
    event(action: #""fault": {"code": 1, "seconds": 5}"#)
      .giving("fault.seconds: unknown field (expected one of code, stop_seconds)"),
    event(action: #""stop": {}"#).giving("stop.seconds is missing"),
    event(action: #""stop": {"seconds": 0}"#)
      .giving("stop.seconds must be a number from 0.01 to 86400 (got 0.0)"),
    event(action: #""stop": {"seconds": 86400.00000000001}"#)
      .giving("stop.seconds must be a number from 0.01 to 86400 (got 86400.00000000001)"),
    event(action: #""load": {"factor": 2.1}"#)
      .giving("load.factor must be a number from 0 to 2 (got 2.1)"),
    event(action: #""load": {"factor": 1, "seconds": "x"}"#)
      .giving(#"load.seconds must be a number (got "x")"#),
  ])
  func aBadScenarioIsNamedWithWhatIsAccepted(json: String, detail: String) throws {
    let problem = try #require(throws: Problem.self) { try plan(json) }
    #expect(problem.status == 400)
    #expect(problem.detail == detail)
  }

  @Test func aScenarioIsBoundedInNumberAndInMachines() throws {
    func scenario(_ count: Int) -> String {
      let event = #"{"after_seconds":1,"machines":"all","stop":{"seconds":1}}"#
      return "{\"events\": [\(repeatElement(event, count: count).joined(separator: ","))]}"
    }
    #expect(try plan(scenario(1000)).scenario.events.count == 1000)
    let tooMany = try #require(throws: Problem.self) { try plan(scenario(1001)) }
    #expect(tooMany.detail == "events must have at most 1000 elements (got 1001)")
    var wide = try plan(scenario(1000))
    let tooWide = try #require(throws: Problem.self) {
      try ControlRequest.decode(API.ProducerChange.self, Array(#"{"machines": 101}"#.utf8))
        .apply(to: &wide)
    }
    #expect(
      tooWide.detail
        == """
        the scenario must have at most 100000 events, each counted once per machine (got 101000)
        """)
  }

  @Test func aScenarioOfTheSettingsBeginsWhenItIsFollowed() throws {
    let configured = try plan(event())
    let resumption = Timeline([.init(since: noon, plan: plan)]).resumption(
      frontier: noon + 5_000_000, now: noon + 6_000_000, longest: .seconds(60),
      configured: configured, before: plan)
    #expect(
      resumption.added.map(\.plan.scenario.events) == [
        [.init(.at(noon + 7_000_000), .all, .stop(1_000_000))]
      ])
    // And not again at the next start.
    let next = Timeline(resumption.added).resumption(
      frontier: noon + 8_000_000, now: noon + 9_000_000, longest: .seconds(60),
      configured: configured, before: try Plan(text: configured.text))
    #expect(next.added.isEmpty)
  }

  @Test func aFileIsReadAndItsFaultsAreNamed() throws {
    let directory = try TemporaryDirectory()
    func apply(_ text: String?) throws -> Plan {
      var plan = plan
      if let text { try directory.write(text, to: "scenario.json") }
      try ScenarioFile(setting: "--scenario", path: directory.file("scenario.json"))
        .apply(to: &plan)
      return plan
    }
    let beginning = "--scenario: cannot use \"\(directory.file("scenario.json"))\": "
    for (text, reason) in [
      (nil, "No such file or directory"),
      ("", "the file is not valid JSON: line 1, column 1: expected a value (got end of input)"),
      ("{}", "events is missing"),
      (String(repeating: " ", count: 65_537), "the file is longer than 65536 bytes"),
    ] {
      let error = try #require(throws: InvalidSetting.self) { try apply(text) }
      #expect(error.description == beginning + reason)
    }
    #expect(try apply(event()).scenario.events.count == 1)
  }

  @Test func aPlanKeepsItsScenario() throws {
    let planned = try plan(
      """
      {"events": [
        {"after_seconds": 60.000001, "machines": "all", "fault": {"code": 95, "stop_seconds": 10.1}},
        {"at": "2026-11-24T10:00:00.5Z", "machines": ["machine-4"], "load": {"factor": 0.3}},
        {"at": "2026-11-24T10:00:00.5Z", "machines": ["machine-4"], "stop": {"seconds": 3}}
      ]}
      """)
    #expect(try Plan(text: planned.text) == planned)
    let begun = planned.begun(at: noon)
    #expect(try Plan(text: begun.text) == begun)
  }
}

extension String {
  /// With what is said of the only event of a scenario.
  fileprivate func giving(_ detail: String) -> (String, String) {
    (self, "events[0]\(detail.hasPrefix(" ") ? "" : ".")\(detail)")
  }
}

/// A scenario of one event, with a part of it put in another's place.
private func event(
  _ moment: String = #""after_seconds": 1"#, machines: String? = #""all""#,
  action: String? = #""stop": {"seconds": 1}"#
) -> String {
  let members = [moment, machines.map { "\"machines\": \($0)" } ?? "", action ?? ""]
  return "{\"events\": [{\(members.filter { !$0.isEmpty }.joined(separator: ", "))}]}"
}
