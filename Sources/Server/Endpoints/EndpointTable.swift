public import Access
internal import FastCGI
public import HTTPContract

/// An endpoint in the table: its handler and its metrics label.
final class Route: Sendable {
  let endpoint: Endpoint
  let handler: any EndpointHandler
  /// The scope that a caller needs; nil when none.
  let scope: Scopes?
  /// The index of its path in ``EndpointTable/resources``.
  let resource: Int

  fileprivate init(_ handler: any EndpointHandler, resource: Int) {
    let endpoint = handler.endpoint
    self.handler = handler
    self.endpoint = endpoint
    self.resource = resource
    scope = endpoint.scope.map {
      guard let scope = Scopes(name: $0) else { preconditionFailure("unknown scope \($0)") }
      return scope
    }
  }
}

/// Routes requests to the endpoints of a program.
public struct EndpointTable: Sendable {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  enum Match {
    case found(Route, variables: [String])
    /// The path exists, with other methods.
    case methodNotAllowed([String], resource: Int, isOpen: Bool)
    case unknown
  }

  private struct Resource: Sendable {
    let path: PathTemplate
    var routes: [(method: [UInt8], route: Route)] = []
    /// Across all programs, which share the path.
    let methods: [String]
  }

  private var served: [Resource] = []
  private let unknownScopes: (reading: Scopes, changing: Scopes)?

  /// - Parameters:
  ///   - handlers: What this program serves, most requested first.
  ///   - declared: All endpoints behind the same web server, for the `Allow` header.
  ///   - unknown: The scopes required to receive a 404 or 405; nil when none are.
  public init(
    _ handlers: [any EndpointHandler], among declared: [Endpoint],
    unknown: (reading: Scopes, changing: Scopes)? = nil
  ) {
    unknownScopes = unknown
    for handler in handlers {
      let endpoint = handler.endpoint
      precondition(
        declared.contains { $0.path == endpoint.path && $0.method == endpoint.method },
        "\(endpoint.method.rawValue) \(endpoint.path) is not declared")
      let resource = served.firstIndex { $0.path == endpoint.path } ?? served.endIndex
      if resource == served.endIndex {
        let methods = declared.filter { $0.path == endpoint.path }.flatMap(\.methods)
        served.append(Resource(path: endpoint.path, methods: methods))
      }
      let route = Route(handler, resource: resource)
      for method in endpoint.methods { served[resource].routes.append((Array(method.utf8), route)) }
    }
  }

  /// Resource labels in metrics: path templates, and "other".
  var resources: [String] { served.map(\.path.description) + ["other"] }

  /// The index of "other" in ``resources``.
  var otherResource: Int { served.count }

  /// The scope required of a caller who requests an unknown resource.
  func scopeOfUnknown(isReading: Bool) -> Scopes? {
    unknownScopes.map { isReading ? $0.reading : $0.changing }
  }

  /// The body limit of a request, in bytes.
  func bodyLimit(of request: borrowing Request) -> Int {
    guard case .found(let route, _) = find(request), let body = route.endpoint.body else {
      return Endpoint.Body.standardLimit
    }
    return body.limit
  }

  func find(_ request: borrowing Request) -> Match {
    request.withParameter("REQUEST_METHOD") { method in
      request.withParameter("DOCUMENT_URI") { path in find(method: method, path: path) }
    }
  }

  /// - Parameter path: The percent-decoded path.
  func find(method: Bytes, path: Bytes) -> Match {
    for (index, resource) in served.enumerated() {
      guard let values = resource.path.match(path) else { continue }
      guard let found = resource.routes.first(where: { method.elementsEqual($0.method) }) else {
        let isOpen = resource.routes.allSatisfy { $0.route.scope == nil }
        return .methodNotAllowed(resource.methods, resource: index, isOpen: isOpen)
      }
      return .found(found.route, variables: values.map { String(decoding: $0, as: UTF8.self) })
    }
    return .unknown
  }
}
