public import Access
internal import FastCGI
public import HTTPContract

/// A request that an endpoint is called with.
public struct Call: Sendable {
  let route: Route
  /// What its query is kept under; nil when it depends on more.
  let target: TargetCache.Key?
  /// What the path has for the endpoint's variables, in their order.
  private let variables: [String]
  /// The query as it was sent.
  private let query: [UInt8]
  /// The parameters of the query, once ``check()`` has understood them.
  private var arguments = Arguments()
  /// Those that the endpoint declares, by their FastCGI parameter.
  public let headers: [String: String]
  public let body: [UInt8]
  /// Why the body was not taken; nil when it was.
  private let bodyRefusal: BodyRefusal?
  /// Who calls.
  public internal(set) var principal = Principal.anonymous

  /// Takes over what the handler may need when the request itself is at hand no more.
  init(_ route: Route, _ variables: [String], _ request: borrowing Request) {
    self.route = route
    self.variables = variables
    target = route.handler.isDeterminedByTarget ? TargetCache.Key(request) : nil
    query = request.withParameter("QUERY_STRING") { Array($0) }
    var headers: [String: String] = [:]
    for name in route.endpoint.headers { headers[name] = request.parameter(name) }
    self.headers = headers
    do throws(BodyRefusal) {
      body = try request.body
      bodyRefusal = nil
    } catch {
      body = []
      bodyRefusal = error
    }
  }

  /// The value of a declared parameter, or what holds without one.
  public subscript<Value>(_ parameter: Parameter<Value>) -> Value { arguments[parameter] }

  /// What the path has for a variable: any text but an empty one.
  public func variable<Value>(_ parameter: Parameter<Value>) -> String {
    let name = parameter.declaration.name
    guard let index = route.endpoint.variables.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("\(name) is no variable of \(route.endpoint.path)")
    }
    return variables[index]
  }

  /// Holds the query and the body's type against the declaration.
  mutating func check() throws(Problem) {
    if let bodyRefusal { throw Problem(bodyRefusal) }
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
