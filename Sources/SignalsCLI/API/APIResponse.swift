import Curl
import SignalsAPI
import StrictJSON

/// A response that should hold a `Content` in JSON.
///
/// It has to be `Decodable` only where it is decoded: otherwise the runtime would search all
/// conformances to make this type.
struct APIResponse<Content> {
  let call: RequestContext
  let response: HTTPResponse

  /// Whether the server did what was asked.
  var isGood: Bool { (200..<300).contains(response.status) }

  /// Whether the body is what was asked for. A sick service reports on its health with 503; a
  /// gateway in front of a dead one has a problem to tell instead.
  var isResult: Bool {
    isGood
      || Content.self == API.Health.self && response.status == 503
        && response.mediaType == "application/health+json"
  }

  /// Of readings, in UCUM, which is printable ASCII; nil where the server does not tell.
  var unit: String? {
    response.headers[ReadingsEndpoint.unitHeader].flatMap { unit in
      unit.utf8.count <= 63 && unit.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? unit : nil
    }
  }

  func content() throws(Failure) -> Content where Content: Decodable {
    try decoded(Content.self)
  }

  /// The body as it came, with a line end and ``JSONText/printable(_:)``; checked to be JSON, so that a
  /// script never gets a log-in page instead.
  func json() throws(Failure) -> [UInt8] {
    _ = try decoded(JSONValue.self)
    let text = JSONText.printable(response.body)
    return text.last == UInt8(ascii: "\n") ? text : text + [0x0a]
  }

  /// The elements of an array as they came.
  func elements() throws(Failure) -> [JSONValue] { try decoded([JSONValue].self) }

  private func decoded<Value: Decodable>(_ type: Value.Type) throws(Failure) -> Value {
    do {
      return try JSONValue(parsing: response.body).decode(type)
    } catch {
      throw Failure(unreadable: response, of: call, error)
    }
  }
}

extension HTTPResponse {
  /// `application/json`, without parameters and in lower case; nil when the server does not say.
  var mediaType: String? {
    headers["Content-Type"]?.split(separator: ";").first.map {
      $0.filter { $0 != " " }.lowercased()
    }
  }
}
