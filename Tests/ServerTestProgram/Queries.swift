import FastCGI
import HTTPContract
import Postgres
import Server
import SignalStore

/// As the accessor has them.
enum TestWorkloads {
  static let newest = 0
  static let scan = 1

  /// - Parameter hasTables: Whether the services' tables are there.
  static func all(withReadings hasTables: Bool) -> [Workload] {
    [
      Workload(
        "newest", settings: ReadingQueries.sessionSettings,
        statements: [one, plannerSettings] + (hasTables ? [ReadingQueries.newest] : []),
        sessions: 2, timeout: .seconds(20)),
      Workload(
        "scan", settings: ScanQueries.sessionSettings, statements: [sleep, plannerSettings],
        sessions: 2, timeout: .seconds(60), isOpenedOnDemand: true),
    ]
  }

  static let one = PreparedStatement(name: "one", sql: "SELECT 1::bigint")
  static let sleep = PreparedStatement(
    name: "sleep", sql: "SELECT pg_sleep($1)::text, $2::bigint")
  static let plannerSettings = PreparedStatement(
    name: "planner_settings",
    sql: """
      SELECT current_setting('enable_seqscan') || ' ' || current_setting('plan_cache_mode')
        || ' ' || current_setting('statement_timeout')
        || ' ' || current_setting('transaction_read_only')
      """)
}

/// `GET /signals/{type}`: the accessor's question for the newest ten.
struct Readings: EndpointHandler {
  private static let type = Parameter<String?>.text("type", length: 1...63, help: "For tests.")

  let endpoint = Endpoint(
    .get, "/signals/{type}", name: "readings", summary: "For tests.",
    variables: [type.declaration], contents: [])

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    var parameters = Parameters(call.variable(Readings.type))
    parameters.append(Int64(10))
    parameters.append(microseconds: ReadingQueries.earliest)
    return .ask(
      Query(QuerySpec(ReadingQueries.newest, parameters), variant: 0) { rows, timing in
        .reply(
          Response.json(timing) { json in
            json.array { array in
              for row in 0..<NewestReadings.count(rows) {
                array.object { object in
                  object.key("id")
                  object.id(NewestReadings.id(rows, row))
                  object.key("value")
                  object.number(NewestReadings.value(rows, row))
                  object.key("timestamp")
                  object.timestamp(NewestReadings.time(rows, row))
                }
              }
            }
          })
      })
  }
}

/// `GET /newest`: a question that is answered at once.
struct Newest: EndpointHandler {
  let endpoint = Endpoint(.get, "/newest", name: "newest", summary: "For tests.", contents: [])

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .ask(
      Query(QuerySpec(TestWorkloads.one, workload: TestWorkloads.newest), variant: 0) {
        rows, timing in
        .reply(Response.json(timing) { $0.integer(Int(rows.integer(0, 0))) })
      })
  }
}

/// `GET /sleep?seconds=N&number=N`: one that takes so long; those with another number are others.
struct Sleep: EndpointHandler {
  private static let seconds = Parameter<Int>.integer(
    "seconds", in: 0...600, default: 0, help: "For tests.")
  private static let number = Parameter<Int>.integer(
    "number", in: 0...1000, default: 0, help: "For tests.")

  let endpoint = Endpoint(
    .get, "/sleep", name: "sleep", summary: "For tests.",
    parameters: [seconds.declaration, number.declaration], contents: [])
  let isDeterminedByTarget = true

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    var parameters = Parameters()
    parameters.append(Double(call[Sleep.seconds]))
    parameters.append(Int64(call[Sleep.number]))
    return .ask(
      Query(QuerySpec(TestWorkloads.sleep, parameters, workload: TestWorkloads.scan)) {
        rows, timing in
        .reply(Response.json(timing) { $0.integer(Int(rows.integer(0, 1))) })
      })
  }
}

/// `GET /settings/{workload}`: how its sessions plan.
struct PlannerSettings: EndpointHandler {
  private static let workload = Parameter<Int>.integer(
    "workload", in: 0...1, help: "For tests.")

  let endpoint = Endpoint(
    .get, "/settings/{workload}", name: "settings", summary: "For tests.",
    variables: [workload.declaration], contents: [])

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    let workload = Int(call.variable(PlannerSettings.workload)) ?? 0
    return .ask(
      Query(QuerySpec(TestWorkloads.plannerSettings, workload: workload)) { rows, timing in
        .reply(Response.json(timing) { $0.string(rows.string(0, 0)) })
      })
  }
}

/// `GET /metrics`
struct Metrics: EndpointHandler {
  let endpoint = Endpoint(.get, "/metrics", name: "metrics", summary: "For tests.", contents: [])
  let metrics: LaneGroupMetrics

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    var text = MetricsText()
    metrics.append(to: &text)
    return .reply(text.response())
  }
}
