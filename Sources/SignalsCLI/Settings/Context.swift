import StrictJSON

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
    let members = try Members(decoder, CodingKeys.allCases.map(\.rawValue))
    url = try members.required("url")
    cacert = try members.optional("cacert")
    cert = try members.optional("cert")
    key = try members.optional("key")
    tokenFile = try members.optional("token_file")
    timeout = try members.optional("timeout")
    retry = try members.optional("retry")
  }
}
