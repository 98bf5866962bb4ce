import FastCGI
import HTTPContract
import Postgres
import Server
import SignalStore
import Signals
import SignalsAPI

/// `GET /signals`: the types.
struct ListTypes: EndpointHandler {
  let endpoint = TypesEndpoint.endpoint

  func handle(_ call: borrowing Call) throws(Problem) -> Action {
    .ask(
      Query(ListTypes.question, variant: 0) { rows, timing in
        let types = ReadingQueries.types(in: rows)
        return .reply(Response.json(timing) { json in ListTypes.write(types, &json) })
      })
  }

  /// Which types there are, to be named to one who has asked for another.
  static func naming(unknown name: String) -> Query {
    Query(question) { rows, _ in
      let known = ReadingQueries.types(in: rows).map(\.name)
      return .problem(
        Problem(
          404,
          """
          there is no signal type "\(name.prefix(100))"; known are \
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
