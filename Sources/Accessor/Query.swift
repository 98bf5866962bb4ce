import Postgres
import SignalStore

/// A question to the database. Equal questions that wait together are asked once.
enum Query: Hashable, Sendable {
  case newest(type: String, machine: String?, limit: Int)
  case types
  /// The types, to be named to those who asked for others.
  case typesForUnknown
  case health
  case ready

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

  /// Whether it asks how the system is, and so has an answer when nothing answers.
  var isCheck: Bool { self == .health || self == .ready }

  /// How long its waiters wait at most.
  func patience(_ queryTimeout: Duration) -> Duration {
    // A health check that takes longer has its answer: not healthy.
    isCheck ? min(queryTimeout, .seconds(1)) : queryTimeout
  }
}
