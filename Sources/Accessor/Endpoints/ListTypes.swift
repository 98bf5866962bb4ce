import FastCGI
import HTTPContract
import Postgres
import Server
import SignalStore
import Signals
import SignalsAPI

/// `GET /signals`: the signal types.
struct ListTypes: EndpointHandler {
  let endpoint = TypesEndpoint.endpoint

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .ask(
      Query(ListTypes.spec, variant: 0) { rows, timing in
        let types = ReadingQueries.types(in: rows)
        return .reply(
          Response.json(types, headers: [("Server-Timing", timing.header(at: .now))]))
      })
  }

  /// The query for a 404 that lists the known types.
  static func naming(unknown name: String) -> Query {
    Query(spec) { rows, _ in
      let known = ReadingQueries.types(in: rows).map(\.name)
      return .problem(
        Problem(
          404,
          """
          unknown signal type "\(name.prefix(100))"; expected one of \
          \(known.joined(separator: ", "))
          """, members: [("known_types", known)]))
    }
  }

  private static let spec = QuerySpec(ReadingQueries.types, workload: Workloads.newest)
}
