import Postgres
import SignalStore
import Signals

/// How the database is asked.
extension Query {
  var statement: PreparedStatement {
    switch self {
    case .newest(_, nil, _): ReadingQueries.newest
    case .newest: ReadingQueries.newestOfMachine
    case .types, .typesForUnknown, .ready: ReadingQueries.types
    case .machines: ReadingQueries.machines
    case .health: ReadingQueries.age
    }
  }

  /// - Parameter horizon: From when on to look for the newest; nil looks everywhere.
  func append(to parameters: inout Parameters, since horizon: Timestamp?) {
    let since = horizon?.microseconds ?? ReadingQueries.earliest
    switch self {
    case .newest(let type, let machine, let limit):
      parameters.append(type)
      parameters.append(Int64(limit))
      parameters.append(microseconds: since)
      if let machine { parameters.append(machine) }
    case .machines(let name):
      parameters.append(name)
    case .health:
      parameters.append(microseconds: since)
    case .types, .typesForUnknown, .ready:
      break
    }
  }
}
