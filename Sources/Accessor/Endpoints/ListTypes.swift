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
      Query(ListTypes.question, variant: 0) { rows, timing in
        let types = ReadingQueries.types(in: rows)
        return .reply(Response.json(timing) { json in ListTypes.write(types, &json) })
      })
  }

  /// The query for a 404 that lists the known types.
  static func naming(unknown name: String) -> Query {
    Query(question) { rows, _ in
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

  private static let question = Question(ReadingQueries.types, workload: Workloads.newest)

  private static func write(_ types: [SignalType], _ json: inout JSONWriter) {
    json.array { array in
      for type in types {
        array.object {
          $0.key("name")
          $0.string(type.name)
          $0.key("unit")
          $0.string(type.unit)
          $0.key("description")
          $0.string(type.description)
        }
      }
    }
  }
}
