import FastCGI
import Service

/// What a request asks for.
struct Route {
  enum Action {
    case query(Query)
    /// Whether the process runs.
    case live
    case metrics
    case problem(Problem)
  }

  static let defaultLimit = 10
  static let limits = 1...1000

  let resource: Resource
  let action: Action

  init(_ request: borrowing Request) {
    let path = request.parameter("DOCUMENT_URI") ?? ""
    resource = Resource(path: path)
    do throws(Problem) {
      action = try Route.action(resource, path, request)
    } catch {
      action = .problem(error)
    }
  }

  private static func action(_ resource: Resource, _ path: String, _ request: borrowing Request)
    throws(Problem) -> Action
  {
    let action: Action
    switch resource {
    case .readings: action = .query(try newest(type(inPath: path) ?? "", request))
    case .types: action = .query(.types)
    case .health: action = .query(.health)
    case .liveness: action = .live
    case .readiness: action = .query(.ready)
    case .metrics: action = .metrics
    case .other: throw Problem(404, "nothing is offered at \(path)")
    }
    if resource != .readings { try refuseParameters(path, request) }
    let method = request.parameter("REQUEST_METHOD") ?? ""
    guard method == "GET" || method == "HEAD" else {
      throw .methodNotAllowed(method, allowed: ["GET", "HEAD"])
    }
    return action
  }

  /// The type in `/signals/{type}`.
  static func type(inPath path: String) -> String? {
    let prefix = "/signals/"
    guard path.hasPrefix(prefix) else { return nil }
    let rest = path.dropFirst(prefix.count)
    return rest.isEmpty || rest.contains("/") ? nil : String(rest)
  }

  /// The names that the table `signal_types` admits.
  private static func isTypeName(_ text: String) -> Bool {
    (1...63).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
      }
  }

  private static func newest(_ type: String, _ request: borrowing Request) throws(Problem) -> Query
  {
    var limit: Int?
    var machine: String?
    for (name, value) in try parameters(request) {
      switch name {
      case "limit":
        guard limit == nil else { throw Problem(400, "the parameter limit is given twice") }
        guard let number = Int(value), limits.contains(number) else {
          throw Problem(
            400,
            """
            the parameter limit is "\(value.prefix(100))"; accepted is a whole number from \
            \(limits.lowerBound) to \(limits.upperBound)
            """)
        }
        limit = number
      case "machine":
        guard machine == nil else { throw Problem(400, "the parameter machine is given twice") }
        guard !value.isEmpty, value.count <= 100 else {
          throw Problem(400, "the parameter machine takes a machine's name, 1 to 100 characters")
        }
        machine = value
      default:
        throw Problem(
          400,
          "there is no parameter \"\(name.prefix(100))\"; accepted are limit and machine")
      }
    }
    // What cannot be a type's name need not be looked for.
    guard isTypeName(type) else { return .typesForUnknown }
    return .newest(type: type, machine: machine, limit: limit ?? defaultLimit)
  }

  private static func refuseParameters(_ path: String, _ request: borrowing Request) throws(Problem)
  {
    guard let first = try parameters(request).first else { return }
    throw Problem(
      400, "there is no parameter \"\(first.name.prefix(100))\"; \(path) takes none")
  }

  private static func parameters(_ request: borrowing Request) throws(Problem)
    -> [(name: String, value: String)]
  {
    let parsed = request.withParameter("QUERY_STRING") { bytes -> Result<QueryString, Problem> in
      do throws(Problem) { return .success(try QueryString(bytes)) } catch {
        return .failure(error)
      }
    }
    return try parsed.get().items
  }
}
