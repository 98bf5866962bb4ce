import TestSupport

/// Responses like those of the real services.
enum Canned {
  static let token = "a-token-for-tests"

  static let power = """
    [{"id":4711,"signal_type":"power","value":231.5,"timestamp":"2026-11-24T10:00:00.123456Z",\
    "machine":"machine-1"},{"id":4709,"signal_type":"power","value":98,\
    "timestamp":"2026-11-24T10:00:00.113456Z","machine":"machine-12"}]
    """
  static let types = """
    [{"name":"error","unit":"1","description":"Error code, 1 to 100"},\
    {"name":"power","unit":"W","description":"Electrical power"}]
    """
  static let health = """
    {"status":"Service is up and running","version":"0.1.0","serviceId":"signals-accessor",\
    "checks":{"readings:age":[{"componentType":"component","status":"pass",\
    "observedValue":0.12,"observedUnit":"s","time":"2026-11-24T10:00:00Z"}],\
    "database:responseTime":[{"componentType":"datastore","status":"pass",\
    "observedValue":12,"observedUnit":"ms","time":"2026-11-24T10:00:00Z"}]}}
    """
  static let sickHealth = """
    {"status":"The database does not answer","version":"0.1.0","serviceId":"signals-accessor",\
    "checks":{"database:responseTime":[{"componentType":"datastore","status":"fail",\
    "output":"no answer within a second","time":"2026-11-24T10:00:00Z"}]}}
    """

  /// The producer's state; its spool holds `spooled` bytes of 1 GiB.
  static func producer(
    state: String = "running", machines: Int = 1, seed: UInt64 = .max, powerHz: Double = 100,
    error: String = "10,30", spooled: Int = 4096, oldest: String? = "2026-11-24T10:00:00Z",
    database: String = #"{"connected":true,"last_error":null}"#, faults: String = "[]",
    quarantined: Int = 0, deadLetters: Int = 0, missing: String = "[]", ahead: String = "null"
  ) -> String {
    let range = error.split(separator: ",")
    let reason = state == "blocked" ? #""the spool is full""# : "null"
    let oldest = oldest.map { "\"\($0)\"" } ?? "null"
    return """
      {"producer":"0d5c1f9e-3b2a-4c77-9d0e-6a1b2c3d4e5f","state":"\(state)",\
      "blocked_reason":\(reason),"machines":\(machines),"seed":\(seed),\
      "rates":{"power_hz":\(powerHz),"state_change_seconds":{"min":1,"max":5},\
      "error_seconds":{"min":\(range[0]),"max":\(range[1])}},"readings_per_second":100.4,\
      "readings_written":123456,"batches_written":1234,\
      "watermark":{"sequence":1234,"through":"2026-11-24T09:59:59.9Z"},"database":\(database),\
      "dead_letters":\(deadLetters),"missing":\(missing),\
      "simulated_through":"2026-11-24T10:00:00.1Z","ahead_seconds":\(ahead),\
      "last_sequence":1236,\
      "spool":{"batches":2,"readings":20,"bytes":\(spooled),"limit_bytes":1073741824,\
      "oldest":\(oldest),"kept_batches":600,"kept_bytes":1258291},\
      "quarantined":{"batches":\(quarantined),"readings":\(quarantined * 10)},\
      "faults":\(faults),"started_at":"2026-11-24T08:00:00Z"}
      """
  }

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
