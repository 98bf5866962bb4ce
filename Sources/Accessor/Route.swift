import FastCGI
import Service

/// What a request asks for.
enum Route {
  case query(Query)
  /// Whether the process runs.
  case live
  case problem(Problem)

  static let defaultLimit = 10
  static let limits = 1...1000

  init(_ request: borrowing Request) {
    do throws(Problem) {
      self = try Route.find(request)
    } catch {
      self = .problem(error)
    }
  }

  private static func find(_ request: borrowing Request) throws(Problem) -> Route {
    let path = request.parameter("DOCUMENT_URI") ?? ""
    let route: Route
    if let type = Route.type(inPath: path) {
      let newest = try newest(type, request)
      // What cannot be a type's name need not be looked for.
      route = .query(isTypeName(type) ? newest : .typesForUnknown)
    } else {
      switch path {
      case "/signals", "/signals/": route = .query(.types)
      case "/health": route = .query(.health)
      case "/health/live": route = .live
      case "/health/ready": route = .query(.ready)
      default: throw Problem(404, "nothing is offered at \(path)")
      }
      try refuseParameters(path, request)
    }
    let method = request.parameter("REQUEST_METHOD") ?? ""
    guard method == "GET" || method == "HEAD" else {
      throw .methodNotAllowed(method, allowed: ["GET", "HEAD"])
    }
    return route
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
