import HTTPContract

/// What holds of a path and a query, whatever a client sends. Used by the tests and by scripts/fuzz.
enum Property {
  static let name = Parameter<String?>.text("type", length: 1...63, help: "A name.")
  static let limit = Parameter<Int>.integer("limit", in: 1...1000, default: 10, help: "How many.")
  static let machine = Parameter<String?>.text("machine", length: 1...100, help: "A machine.")
  static let endpoint = Endpoint(
    .get, "/signals/{type}", name: "list", summary: "For tests.", variables: [name.declaration],
    parameters: [limit.declaration, machine.declaration], contents: [])

  /// What does not hold for these bytes, the method, path and query of a request with zeros between
  /// them; nil when all is well.
  static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
    let parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
      .map { Array($0) }
    // No parameter of FastCGI that libfcgi gives has a zero in it.
    guard parts.count == 3, !parts[2].contains(0) else { return nil }
    return violation(path: parts[1]) ?? violation(query: parts[2])
  }

  private static func violation(path: [UInt8]) -> String? {
    let values = path.withUnsafeBufferPointer { bytes in
      endpoint.path.match(bytes)?.map { Array($0) }
    }
    guard let values else { return nil }
    guard values.count == 1, !values[0].isEmpty, !values[0].contains(UInt8(ascii: "/")),
      path == Array("/signals/".utf8) + values[0]
    else { return "the path \(path) has \(values)" }
    return nil
  }

  private static func violation(query: [UInt8]) -> String? {
    let arguments: Arguments
    do throws(InvalidArgument) {
      arguments = try Arguments(query, for: endpoint)
    } catch {
      return error.description.isEmpty ? "an error without words" : nil
    }
    guard (1...1000).contains(arguments[limit]) else { return "the limit \(arguments[limit])" }
    guard let machine = arguments[machine] else { return nil }
    guard (1...100).contains(machine.unicodeScalars.count), !machine.utf8.contains(0) else {
      return "the machine \(machine)"
    }
    return askedAgain(machine, arguments[limit])
  }

  /// Whether the same is understood when it is asked for in another spelling.
  private static func askedAgain(_ name: String, _ number: Int) -> String? {
    let encoded = name.utf8.map { byte in "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    let query = "machine=\(encoded.joined())&limit=\(number)"
    guard let again = try? Arguments(Array(query.utf8), for: endpoint), again[machine] == name,
      again[limit] == number
    else { return "not the same again: \(query)" }
    return nil
  }
}
