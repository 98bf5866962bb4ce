public import Access
internal import FastCGI
public import HTTPContract

/// An endpoint in a table: its handler, and what requests to it are counted under.
final class Route: Sendable {
  let endpoint: Endpoint
  let handler: any EndpointHandler
  /// What a caller needs; nil when that is nothing.
  let scope: Scopes?
  /// The place of its path among ``EndpointTable/resources``.
  let resource: Int

  fileprivate init(_ handler: any EndpointHandler, resource: Int) {
    let endpoint = handler.endpoint
    self.handler = handler
    self.endpoint = endpoint
    self.resource = resource
    scope = endpoint.scope.map {
      guard let scope = Scopes(name: $0) else { preconditionFailure("there is no scope \($0)") }
      return scope
    }
  }
}

/// Finds what a request asks for among the endpoints that a program serves.
public struct EndpointTable: Sendable {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  enum Match {
    case found(Route, variables: [String])
    /// The path is there under other methods.
    case methodNotAllowed([String], resource: Int, isOpen: Bool)
    case unknown
  }

  private struct Resource: Sendable {
    let path: PathTemplate
    var routes: [(method: [UInt8], route: Route)] = []
    /// Of all programs, as they share the path.
    let methods: [String]
  }

  /// Bytes of a body that no endpoint wants.
  private static let bodyLimit = 65_536

  private var served: [Resource] = []
  private let unknownScopes: (reading: Scopes, changing: Scopes)?

  /// - Parameters:
  ///   - handlers: What this program serves; what is asked for most comes first.
  ///   - declared: All endpoints behind the same web server, for the header `Allow`.
  ///   - unknown: The scopes that callers need to be told that there is nothing; nil when anybody is.
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

  /// What metrics name: the paths with their variables in braces, and everything else.
  var resources: [String] { served.map(\.path.description) + ["other"] }

  /// The place of everything else among ``resources``.
  var otherResource: Int { served.count }

  /// What a caller needs who asks for nothing that is here.
  func scopeOfUnknown(isReading: Bool) -> Scopes? {
    unknownScopes.map { isReading ? $0.reading : $0.changing }
  }

  /// How many bytes the body of a request may have.
  func bodyLimit(of request: borrowing Request) -> Int {
    guard case .found(let route, _) = find(request) else { return EndpointTable.bodyLimit }
    return route.endpoint.body?.limit ?? EndpointTable.bodyLimit
  }

  func find(_ request: borrowing Request) -> Match {
    request.withParameter("REQUEST_METHOD") { method in
      request.withParameter("DOCUMENT_URI") { path in find(method: method, path: path) }
    }
  }

  /// - Parameter path: As sent by the client, its percent-encoding undone.
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
