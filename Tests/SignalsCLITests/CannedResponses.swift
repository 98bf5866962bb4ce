import Signals
import SignalsAPI
import StrictJSON
import TestSupport
import Time

/// Responses like those of the real services.
enum CannedResponses {
  static let token = "a-token-for-tests"

  static let power = json([
    API.Reading(
      id: 4711, type: "power", value: 231.5, timestamp: time("10:00:00.123456"),
      machine: "machine-1"),
    API.Reading(
      id: 4709, type: "power", value: 98, timestamp: time("10:00:00.113456"),
      machine: "machine-12"),
  ])
  static let types = json([
    SignalType(name: "error", unit: "1", description: "Error code, 1 to 100"),
    SignalType(name: "power", unit: "W", description: "Electrical power"),
  ])
  static let health = json(
    API.Health(
      status: "Service is up and running", version: "0.1.0", serviceID: "signals-accessor",
      checks: [
        "readings:age": [
          .init(
            componentType: "component", status: "pass", observed: (0.12, "s"),
            time: time("10:00:00"))
        ],
        "database:responseTime": [
          .init(
            componentType: "datastore", status: "pass", observed: (12, "ms"),
            time: time("10:00:00"))
        ],
      ]))
  static let sickHealth = json(
    API.Health(
      status: "The database does not answer", version: "0.1.0", serviceID: "signals-accessor",
      checks: [
        "database:responseTime": [
          .init(
            componentType: "datastore", status: "fail", output: "no answer within a second",
            time: time("10:00:00"))
        ]
      ]))

  /// The producer's state; its spool holds `spooled` bytes of 1 GiB.
  ///
  /// - Parameter change: What else is not as usual.
  static func producer(
    state: String = "running", machines: Int = 1, seed: UInt64 = .max, powerHz: Int = 100,
    error: API.SecondsRange = .init(min: 10, max: 30), spooled: Int = 4096,
    oldest: String? = "2026-11-24T10:00:00Z",
    database: API.Producer.Database = .init(isConnected: true, lastError: nil, cause: nil),
    faults: [API.Fault] = [], quarantined: Int = 0, deadLetters: Int = 0,
    missing: [API.Producer.Missing] = [], ahead: Double? = nil,
    _ change: (inout API.Producer) -> Void = { _ in }
  ) -> String {
    var producer = API.Producer(
      producer: "0d5c1f9e-3b2a-4c77-9d0e-6a1b2c3d4e5f", state: state,
      blockedReason: state == "blocked" ? "the spool is full" : nil, machines: machines,
      seed: seed,
      rates: .init(
        powerHz: powerHz, stateChangeSeconds: .init(min: 1, max: 5), errorSeconds: error),
      states: nil, machineStates: nil, readingsPerSecond: 100.4, readingsWritten: 123_456,
      batchesWritten: 1234, watermark: .init(sequence: 1234, through: time("09:59:59.9")),
      database: database, deadLetters: deadLetters, simulatedThrough: time("10:00:00.1"),
      aheadSeconds: ahead, lastSequence: 1236,
      spool: .init(
        batches: 2, readings: 20, bytes: spooled, limitBytes: 1 << 30,
        oldest: oldest.flatMap { Timestamp($0) }, keptBatches: 600, keptBytes: 1_258_291),
      quarantined: .init(batches: quarantined, readings: quarantined * 10), missing: missing,
      faults: faults, scenario: .init(events: 0, next: nil), startedAt: time("08:00:00"))
    change(&producer)
    return json(producer)
  }

  /// A database that is away.
  static func away(_ error: String, cause: String? = nil) -> API.Producer.Database {
    .init(isConnected: false, lastError: error, cause: cause)
  }

  /// An error of machine-1, or another, at 10:00.
  static func fault(_ code: Int, of machine: String = "machine-1", until: String? = nil)
    -> API.Fault
  {
    API.Fault(
      machine: machine, code: code, timestamp: time("10:00:00"), until: until.map { time($0) })
  }

  static func json(_ content: some Encodable) -> String {
    // The contract's types have nothing that JSON cannot say.
    try! JSONValue(encoding: content).description
  }

  /// On the day of all of this.
  private static func time(_ time: String) -> Timestamp { Timestamp("2026-11-24T\(time)Z")! }

  static func problem(
    _ status: String, _ detail: String, headers: [String: String] = [:], more: String = ""
  ) -> HTTPServerDouble.Answer {
    let title = status.drop { $0 != " " }.dropFirst()
    return .body(
      """
      {"type":"about:blank","title":"\(title)","status":\(status.prefix(3)),\
      "detail":"\(detail)","instance":"/x","request_id":"5f3a9c"\(more)}
      """, status: status, type: "application/problem+json", headers: headers)
  }

  static func unknownType(_ target: String) -> HTTPServerDouble.Answer {
    problem(
      "404 Not Found",
      #"unknown signal type \"\#(target.split(separator: "/").last ?? "")\"; "#
        + "expected one of error, power, state_change",
      more: #","known_types":["error","power","state_change"]"#)
  }

  /// A healthy server.
  static func server() throws -> HTTPServerDouble {
    try HTTPServerDouble { request in
      switch request.target.prefix(while: { $0 != "?" }) {
      case "/signals": .body(types)
      case "/signals/power": .body(power)
      case "/health": .body(health, type: "application/health+json")
      default: unknownType(request.target)
      }
    }
  }

  /// A server with one response for every request.
  static func server(_ answer: HTTPServerDouble.Answer) throws -> HTTPServerDouble {
    try HTTPServerDouble { _ in answer }
  }

  /// A control endpoint: `after` is the response to changes, `before` to everything else.
  static func producerServer(
    before: String = producer(), after: String = producer(), status: String = "200 OK"
  ) throws -> HTTPServerDouble {
    try HTTPServerDouble { request in
      guard request["Authorization"] == "Bearer \(token)" else {
        return problem(
          "401 Unauthorized", "a bearer token is needed",
          headers: ["WWW-Authenticate": #"Bearer realm="signals""#])
      }
      return request.method == "GET" ? .body(before) : .body(after, status: status)
    }
  }
}
