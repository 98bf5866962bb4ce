import Postgres
import SignalStore

/// A question to the database. Equal questions that wait together are asked once.
enum Query: Hashable, Sendable {
  case newest(type: String, machine: String?, limit: Int)
  case types
  /// The types, to be named to somebody who asked for another.
  case typesInsteadOf(String)
  case health

  var statement: PreparedStatement {
    switch self {
    case .newest(_, nil, _): ReadingQueries.newest
    case .newest: ReadingQueries.newestOfMachine
    case .types, .typesInsteadOf: ReadingQueries.types
    case .health: ReadingQueries.age
    }
  }

  func append(to parameters: inout Parameters) {
    guard case .newest(let type, let machine, let limit) = self else { return }
    parameters.append(type)
    parameters.append(Int64(limit))
    if let machine { parameters.append(machine) }
  }

  /// How long its waiters wait at most.
  func patience(_ queryTimeout: Duration) -> Duration {
    // A health check that takes longer has its answer: not healthy.
    self == .health ? min(queryTimeout, .seconds(1)) : queryTimeout
  }
}
