import Service

@testable import Accessor

/// What holds of a route, whatever a client asks for. Used by the tests and by scripts/fuzz.
enum Property {
  /// What does not hold for these bytes, the method, path and query of a request with zeros between
  /// them; nil when all is well.
  static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
    let parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
      .map { Array($0) }
    // No parameter of FastCGI that libfcgi gives has a zero in it.
    guard parts.count == 3, !parts[2].contains(0) else { return nil }
    let route = Property.route(parts[0], parts[1], parts[2])
    switch route.action {
    case .query(.newest(let type, let machine, let limit)):
      guard Route.limits.contains(limit) else { return "the limit \(limit)" }
      guard parts[1] == Array("/signals/\(type)".utf8) else { return "the type \(type)" }
      guard let machine else { return nil }
      guard (1...100).contains(machine.count), !machine.utf8.contains(0) else {
        return "the machine \(machine)"
      }
      return askedAgain(type, machine, limit)
    case .query, .live, .metrics:
      guard ["GET", "HEAD"].contains(String(decoding: parts[0], as: UTF8.self)) else {
        return "a method that is not offered"
      }
      return nil
    case .problem(let problem):
      return [400, 404, 405].contains(problem.status) ? nil : "the status \(problem.status)"
    }
  }

  /// Whether the same is understood when it is asked for in another spelling.
  private static func askedAgain(_ type: String, _ machine: String, _ limit: Int) -> String? {
    let encoded = machine.utf8.map { byte in
      "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    let query = "machine=\(encoded.joined())&limit=\(limit)"
    let again = route(Array("GET".utf8), Array("/signals/\(type)".utf8), Array(query.utf8))
    guard case .query(.newest(type, machine, limit)) = again.action else { return "\(again)" }
    return nil
  }

  private static func route(_ method: [UInt8], _ path: [UInt8], _ query: [UInt8]) -> Route {
    method.withUnsafeBufferPointer { method in
      path.withUnsafeBufferPointer { path in
        query.withUnsafeBufferPointer { query in
          Route(method: method, path: path, query: query)
        }
      }
    }
  }
}
