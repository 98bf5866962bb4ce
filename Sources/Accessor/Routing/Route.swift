import Service

/// What a request asks for. Read from bytes: a String costs what the rest of a lane's work for a request
/// does, and most requests need none but the type's name.
struct Route {
  typealias Bytes = UnsafeBufferPointer<UInt8>

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

  /// - Parameters:
  ///   - path: As sent by the client, its percent-encoding undone.
  ///   - query: What is behind the question mark, as it was sent.
  init(method: Bytes, path: Bytes, query: Bytes) {
    resource = Resource(path: path)
    do throws(Problem) {
      action = try Route.action(resource, method, path, query)
    } catch {
      action = .problem(error)
    }
  }

  private static func action(
    _ resource: Resource, _ method: Bytes, _ path: Bytes, _ query: Bytes
  ) throws(Problem) -> Action {
    let action: Action
    switch resource {
    case .readings: action = .query(try newest(path, query))
    case .types: action = .query(.types)
    case .health: action = .query(.health)
    case .liveness: action = .live
    case .readiness: action = .query(.ready)
    case .metrics: action = .metrics
    case .other: throw Problem(404, "nothing is offered at \(text(path))")
    }
    if resource != .readings { try refuseParameters(path, query) }
    guard method.spells("GET") || method.spells("HEAD") else {
      throw .methodNotAllowed(text(method), allowed: ["GET", "HEAD"])
    }
    return action
  }

  /// The type in `/signals/{type}`.
  static func type(inPath path: Bytes) -> Slice<Bytes>? {
    let prefix: StaticString = "/signals/"
    guard path.count > prefix.utf8CodeUnitCount,
      Bytes(rebasing: path[..<prefix.utf8CodeUnitCount]).spells(prefix)
    else { return nil }
    let rest = path[prefix.utf8CodeUnitCount...]
    return rest.contains(UInt8(ascii: "/")) ? nil : rest
  }

  /// The names that the table `signal_types` admits.
  private static func isTypeName(_ name: Slice<Bytes>) -> Bool {
    (1...63).contains(name.count)
      && name.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
      }
  }

  private static func newest(_ path: Bytes, _ query: Bytes) throws(Problem) -> Query {
    var limit: Int?
    var machine: String?
    for (name, value) in try QueryString(query).items {
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
    guard let type = type(inPath: path), isTypeName(type) else { return .typesForUnknown }
    return .newest(
      type: String(decoding: type, as: UTF8.self), machine: machine, limit: limit ?? defaultLimit)
  }

  private static func refuseParameters(_ path: Bytes, _ query: Bytes) throws(Problem) {
    guard let first = try QueryString(query).items.first else { return }
    throw Problem(
      400, "there is no parameter \"\(first.name.prefix(100))\"; \(text(path)) takes none")
  }

  private static func text(_ bytes: Bytes) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether these are the bytes of `text`.
  func spells(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && text.withUTF8Buffer { elementsEqual($0) }
  }
}
