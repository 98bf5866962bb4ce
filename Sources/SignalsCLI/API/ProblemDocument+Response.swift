import Curl
import HTTPContract
import StrictJSON

extension ProblemDocument {
  /// nil when the body is something else.
  init?(_ response: HTTPResponse) {
    guard response.mediaType?.hasSuffix("json") == true,
      let problem = try? JSONValue(parsing: response.body).decode(ProblemDocument.self)
    else { return nil }
    self = problem
  }
}
