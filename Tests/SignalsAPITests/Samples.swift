import HTTPContract
import Signals
import SignalsAPI
import StrictJSON
import Testing
import Time

/// Values of a type of the contract, and the schema that `/openapi.json` has for it.
struct Sample: Sendable, CustomTestStringConvertible {
  let schema: String
  /// With every member that there is.
  let full: JSONValue
  /// Without what may be left out or null.
  let least: JSONValue
  /// Whether the servers read it, strictly; else clients do, who pass over what they do not know.
  let isRequest: Bool
  /// What the type makes of JSON, written again.
  let written: @Sendable (JSONValue) throws -> JSONValue

  init<Value: Codable & Sendable>(
    _ schema: String, full: Value, least: Value, isRequest: Bool = false
  ) {
    self.schema = schema
    written = { try JSONValue(encoding: $0.decode(Value.self)) }
    self.full = try! JSONValue(encoding: full)
    self.least = try! JSONValue(encoding: least)
    self.isRequest = isRequest
  }

  var testDescription: String { schema }
}

extension Sample {
  private static let time = Timestamp("2026-11-24T10:00:00Z")!
  private static let range = API.SecondsRange(min: 1, max: 5)
  private static let fault = API.Fault(
    machine: "machine-1", code: 42, timestamp: time, until: time + 10_000_000)

  private static func producer(_ change: (inout API.Producer) -> Void) -> API.Producer {
    var producer = API.Producer(
      producer: "0d5c1f9e-3b2a-4c77-9d0e-6a1b2c3d4e5f", state: "blocked",
      blockedReason: "the spool is full", machines: 3, seed: .max,
      rates: .init(powerHz: 100, stateChangeSeconds: range, errorSeconds: range),
      states: ["Execute": 2, "Held": 1],
      machineStates: [.init(machine: "machine-1", state: "Execute")], readingsPerSecond: 100.4,
      readingsWritten: 20, batchesWritten: 2, watermark: .init(sequence: 2, through: time),
      database: .init(isConnected: false, lastError: "no route", cause: "unreachable"),
      deadLetters: 1, simulatedThrough: time, aheadSeconds: 61.5, lastSequence: 3,
      spool: .init(
        batches: 1, readings: 10, bytes: 4096, limitBytes: 8192, oldest: time, keptBatches: 2,
        keptBytes: 8192),
      quarantined: .init(batches: 1, readings: 10), missing: [.init(first: 1, last: 2)],
      faults: [fault], scenario: .init(events: 1, next: time), startedAt: time)
    change(&producer)
    return producer
  }

  static let all = [
    Sample(
      "Reading",
      full: API.Reading(
        id: 1, type: "power", value: 231.5, timestamp: time, machine: "machine-1"),
      least: API.Reading(id: 1, type: "power", value: 0, timestamp: time, machine: "m")),
    Sample(
      "SignalType", full: SignalType(name: "power", unit: "W", description: "Power."),
      least: SignalType(name: "a", unit: "", description: "")),
    Sample(
      "Machine",
      full: API.Machine(
        name: "machine-1", firstSeen: time, lastSeen: time, isSilent: false, state: 1,
        newest: ["power": .init(value: 231.5, timestamp: time, age: 0.05)]),
      least: API.Machine(
        name: "m", firstSeen: nil, lastSeen: nil, isSilent: true, state: nil, newest: [:])),
    Sample(
      "Health",
      full: API.Health(
        status: "no", cause: "unreachable", version: "1", serviceID: "a",
        checks: [
          "a:b": [
            .init(
              componentType: "component", status: "fail", observed: (1.5, "s"), output: "slow",
              time: time)
          ]
        ]),
      least: API.Health(
        status: "yes", version: "1", serviceID: "a",
        checks: ["a:b": [.init(componentType: "component", status: "pass", time: time)]])),
    Sample(
      "Producer", full: producer { _ in },
      least: producer {
        $0.blockedReason = nil
        $0.states = nil
        $0.machineStates = nil
        $0.watermark = .init(sequence: 0, through: nil)
        $0.database = .init(isConnected: true, lastError: nil, cause: nil)
        $0.simulatedThrough = nil
        $0.aheadSeconds = nil
        $0.spool.oldest = nil
        $0.missing = []
        $0.faults = []
        $0.scenario = .init(events: 0, next: nil)
      }),
    Sample(
      "ProducerChange",
      full: API.ProducerChange(
        machines: 3, seed: 9,
        rates: .init(powerHz: 50, stateChangeSeconds: range, errorSeconds: range)),
      least: API.ProducerChange(), isRequest: true),
    Sample(
      "Fault", full: fault,
      least: API.Fault(machine: "machine-1", code: 1, timestamp: time, until: nil)),
    Sample(
      "FaultRequest", full: API.FaultRequest(machine: "machine-1", code: 100, stopSeconds: 10.5),
      least: API.FaultRequest(machine: "machine-1", code: 1, stopSeconds: nil), isRequest: true),
    Sample(
      "Scenario",
      full: API.Scenario(events: [
        .init(at: time, machines: .all, fault: .init(code: 1, stopSeconds: 1)),
        .init(afterSeconds: 60, machines: .only(["machine-1"]), stop: .init(seconds: 1)),
        .init(afterSeconds: 61, machines: .all, load: .init(factor: 0.5, seconds: 300)),
      ]), least: API.Scenario(events: [])),
    Sample(
      "Problem",
      full: ProblemDocument(
        title: "Not Found", status: 404, detail: "no", instance: "/x", requestID: "5f", cause: "c",
        knownTypes: ["power"], knownMachines: ["machine-1"]),
      least: ProblemDocument(title: "Not Found", status: 404, detail: "no")),
  ]
}
