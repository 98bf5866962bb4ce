import Curl

extension HTTPResponse {
  /// The query of the next page (RFC 8288, `rel="next"`), percent-encoded; nil when this is the last.
  ///
  /// Only the query is taken: the server in front of a service may have it under another path, and no
  /// link leads a token to another host.
  var nextPage: String? {
    guard let link = headers["Link"] else { return nil }
    for value in link.split(separator: ",") {
      let parts = value.split(separator: ";").map { $0.drop { $0 == " " } }
      guard let target = parts.first, target.hasPrefix("<"), target.hasSuffix(">"),
        parts.dropFirst().contains(where: { $0 == "rel=\"next\"" || $0 == "rel=next" }),
        let mark = target.firstIndex(of: "?")
      else { continue }
      return String(target[target.index(after: mark)...].dropLast())
    }
    return nil
  }
}
