import Postgres
import SignalStore

/// How the database is asked.
extension Query {
  var statement: PreparedStatement {
    switch self {
    case .newest(_, nil, _): ReadingQueries.newest
    case .newest: ReadingQueries.newestOfMachine
    case .types, .typesForUnknown, .ready: ReadingQueries.types
    case .health: ReadingQueries.age
    }
  }

  func append(to parameters: inout Parameters) {
    guard case .newest(let type, let machine, let limit) = self else { return }
    parameters.append(type)
    parameters.append(Int64(limit))
    if let machine { parameters.append(machine) }
  }
}
