/// An error response: `application/problem+json`, RFC 9457.
public struct Problem: Error, Sendable {
  public var status: Int
  /// What is wrong and what is expected; nothing internal.
  public var detail: String
  /// Additional headers, such as `Retry-After`.
  public var headers: [(name: String, value: String)] = []
  /// Extension members, such as the known names when an unknown one was given.
  public var members: [(name: StaticString, values: [String])] = []
  /// A machine-readable reason for a 503.
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

  /// A 405 that lists the methods of the resource.
  public static func methodNotAllowed(_ method: String, allowed: [String]) -> Problem {
    let list = allowed.joined(separator: ", ")
    return Problem(
      405, "method \(method) not allowed; expected one of \(list)", headers: [("Allow", list)])
  }

  /// A 503 with `Retry-After: 1`.
  public static func unavailable(_ detail: String, cause: String? = nil) -> Problem {
    var problem = Problem(503, detail, headers: [("Retry-After", "1")])
    problem.cause = cause
    return problem
  }
}
