import Curl
import StrictJSON

/// Why the server did not do what was asked (RFC 9457).
struct Problem: Decodable {
  var title: String?
  var detail: String?
  var requestID: String?
  var knownTypes: [String]?

  private enum CodingKeys: String, CodingKey {
    case title
    case detail
    case requestID = "request_id"
    case knownTypes = "known_types"
  }

  /// nil when the body is something else.
  init?(_ response: Response) {
    guard response.mediaType?.hasSuffix("json") == true,
      let problem = try? JSONValue(parsing: response.body).decode(Problem.self)
    else { return nil }
    self = problem
  }
}
