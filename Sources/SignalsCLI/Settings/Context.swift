/// Settings for one server, as they are kept under a name; nil leaves one to the default.
struct Context: Equatable {
  var url: String
  /// This file and the others: absolute, or relative to the directory of the contexts' own file.
  var cacert: String?
  var cert: String?
  var key: String?
  /// Never the token itself: the file of contexts is one to show and to keep with others.
  var tokenFile: String?
  var timeout: Double?
  var retry: Int?
}

extension Context: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case url
    case cacert
    case cert
    case key
    case tokenFile = "token_file"
    case timeout
    case retry
  }

  init(from decoder: any Decoder) throws {
    try decoder.allowOnly(CodingKeys.allCases.map(\.rawValue))
    let members = try decoder.container(keyedBy: CodingKeys.self)
    url = try members.decode(String.self, forKey: .url)
    cacert = try members.decodeIfPresent(String.self, forKey: .cacert)
    cert = try members.decodeIfPresent(String.self, forKey: .cert)
    key = try members.decodeIfPresent(String.self, forKey: .key)
    tokenFile = try members.decodeIfPresent(String.self, forKey: .tokenFile)
    timeout = try members.decodeIfPresent(Double.self, forKey: .timeout)
    retry = try members.decodeIfPresent(Int.self, forKey: .retry)
  }
}

extension Decoder {
  /// Refuses an object with a member that is misspelled, which would otherwise have no effect.
  func allowOnly(_ names: [String]) throws {
    let members = try container(keyedBy: AnyKey.self)
    guard let unknown = members.allKeys.first(where: { !names.contains($0.stringValue) }) else {
      return
    }
    throw DecodingError.dataCorrupted(
      .init(
        codingPath: codingPath + [unknown],
        debugDescription: "there is no such setting; accepted are \(names.joined(separator: ", "))")
    )
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
