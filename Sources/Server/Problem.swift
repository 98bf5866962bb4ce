/// An error as its client sees it: `application/problem+json` of RFC 9457.
public struct Problem: Error, Sendable {
  public var status: Int
  /// What went wrong in this case, and what is accepted; never anything from inside.
  public var detail: String
  /// Further headers, such as `Retry-After`.
  public var headers: [(name: String, value: String)] = []
  /// Further members, such as the names that there are, for a client that gave another.
  public var members: [(name: StaticString, values: [String])] = []
  /// Why it cannot be served now, in a word for programs.
  public var cause: String?

  public init(
    _ status: Int, _ detail: String, headers: [(name: String, value: String)] = [],
    members: [(name: StaticString, values: [String])] = []
  ) {
    self.status = status
    self.detail = detail
    self.headers = headers
    self.members = members
  }

  /// 405 for a method other than those of the resource.
  public static func methodNotAllowed(_ method: String, allowed: [String]) -> Problem {
    let list = allowed.joined(separator: ", ")
    return Problem(
      405, "\(method) is not offered here; accepted: \(list)", headers: [("Allow", list)])
  }

  /// 503 with the advice to come back in a second.
  public static func unavailable(_ detail: String, cause: String? = nil) -> Problem {
    var problem = Problem(503, detail, headers: [("Retry-After", "1")])
    problem.cause = cause
    return problem
  }
}
