/// A question to the database. Equal questions that wait together are asked once.
enum Query: Hashable, Sendable {
  case newest(type: String, machine: String?, limit: Int)
  case types
  /// The types, to be named to those who asked for others.
  case typesForUnknown
  /// Machines to be named to those who asked for one that there is not.
  case machines(near: String)
  case health
  case ready

  /// Questions that are likely to take equally long.
  enum Kind: Hashable, Sendable {
    case newest(type: String, isOfMachine: Bool, magnitude: Int)
    case other
  }

  var kind: Kind {
    guard case .newest(let type, let machine, let limit) = self else { return .other }
    return .newest(
      type: type, isOfMachine: machine != nil,
      magnitude: limit.bitWidth - limit.leadingZeroBitCount)
  }

  /// Whether it asks how the system is, and so has an answer when nothing answers.
  var isCheck: Bool { self == .health || self == .ready }

  /// How long its waiters wait at most.
  func patience(_ queryTimeout: Duration) -> Duration {
    // A health check that takes longer has its answer: not healthy.
    isCheck ? min(queryTimeout, .seconds(1)) : queryTimeout
  }
}
