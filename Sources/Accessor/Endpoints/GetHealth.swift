import FastCGI
import HTTPContract
import Postgres
import Server
import SignalStore
import Signals
import SignalsAPI

/// `GET /health`: the health of the service and the age of the newest reading.
struct GetHealth: EndpointHandler {
  let endpoint = ServiceEndpoints.health
  let age: NewestAge

  /// A check that takes longer has failed.
  static let timeout = Duration.seconds(1)

  private static let spec = QuerySpec(
    ReadingQueries.age, workload: Workloads.newest, timeout: timeout,
    lookBack: LookBack { rows in
      rows.isNull(0, 1) ? .short : .back(to: rows.microseconds(0, 1))
    })

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .ask(
      Query(GetHealth.spec, variant: 0, failing: GetHealth.failing) { [age] rows, timing in
        let ahead = rows.isNull(0, 2) ? nil : rows.integer(0, 2)
        age.note(newest: rows.isNull(0, 1) ? nil : rows.microseconds(0, 1), ahead: ahead)
        return .reply(
          HealthReport.answering(
            within: timing.query, age: rows.isNull(0, 0) ? nil : rows.integer(0, 0), ahead: ahead
          ).response())
      })
  }

  static func failing(_ failure: DatabaseFailure) -> RenderedResponse {
    HealthReport.failing(failure).response()
  }
}

/// `GET /health/ready`: whether the service can answer requests.
struct GetReadiness: EndpointHandler {
  let endpoint = ServiceEndpoints.ready

  private static let spec = QuerySpec(
    ReadingQueries.types, workload: Workloads.newest, timeout: GetHealth.timeout)

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .ask(
      Query(GetReadiness.spec, variant: 0, failing: GetHealth.failing) { _, timing in
        .reply(HealthReport.answering(within: timing.query).response())
      })
  }
}

/// `GET /health/live`: whether the process is running.
struct GetLiveness: EndpointHandler {
  let endpoint = ServiceEndpoints.live

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .reply(HealthReport.live.response())
  }
}
