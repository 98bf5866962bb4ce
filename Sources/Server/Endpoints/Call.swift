public import Access
internal import FastCGI
public import HTTPContract

/// A request dispatched to an endpoint.
public struct Call: Sendable {
  let route: Route
  /// The key of its cached query; nil when the query depends on more than the target.
  let target: TargetCache.Key?
  /// The values of the endpoint's path variables, in order.
  private let variables: [String]
  /// The raw query string.
  private let query: [UInt8]
  /// The parsed query parameters; empty before ``check()``.
  private var arguments = Arguments()
  /// The headers that the endpoint declares, by FastCGI parameter name.
  public let headers: [String: String]
  /// The body; empty when the endpoint declares none.
  public let body: RequestBody
  /// Why the body was rejected; nil when it was not.
  private let bodyProblem: Problem?
  /// The authenticated caller.
  public internal(set) var principal = Principal.anonymous

  /// Copies what the handler may need after the request has been released.
  init(_ route: Route, _ variables: [String], _ request: borrowing Request) {
    self.route = route
    self.variables = variables
    target = route.handler.isDeterminedByTarget ? TargetCache.Key(request) : nil
    query = request.withParameter("QUERY_STRING") { Array($0) }
    var headers: [String: String] = [:]
    for name in route.endpoint.headers { headers[name] = request.parameter(name) }
    self.headers = headers
    do throws(Problem) {
      body = try Call.body(of: request, route.endpoint)
      bodyProblem = nil
    } catch {
      body = .empty
      bodyProblem = error
    }
  }

  private static func body(of request: borrowing Request, _ endpoint: Endpoint) throws(Problem)
    -> RequestBody
  {
    let bytes: [UInt8]
    do throws(BodyRefusal) {
      bytes = try request.body
    } catch {
      throw Problem(error)
    }
    guard let declared = endpoint.body else { return .empty }
    return try RequestBody(
      bytes, encoding: request.parameter("HTTP_CONTENT_ENCODING"), declared: declared)
  }

  /// The value of a declared parameter, or its default.
  public subscript<Value>(_ parameter: Parameter<Value>) -> Value { arguments[parameter] }

  /// The value of a path variable; never empty.
  public func variable<Value>(_ parameter: Parameter<Value>) -> String {
    let name = parameter.declaration.name
    guard let index = route.endpoint.variables.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("\(name) is not a variable of \(route.endpoint.path)")
    }
    return variables[index]
  }

  /// Validates the query and the body's media type against the declaration.
  mutating func check() throws(Problem) {
    if let bodyProblem { throw bodyProblem }
    do throws(InvalidArgument) {
      arguments = try Arguments(query, for: route.endpoint)
    } catch {
      throw Problem(400, error.description)
    }
    guard let body = route.endpoint.body, let type = headers["CONTENT_TYPE"], !type.isEmpty else {
      return
    }
    let media = type.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    guard body.mediaTypes.contains(media) else {
      let expected = body.mediaTypes.joined(separator: " or ")
      throw Problem(415, "the body must be \(expected) (got \"\(media.prefix(100))\")")
    }
  }
}
