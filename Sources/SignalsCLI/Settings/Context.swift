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

extension Context {
  static let nameRule =
    "a context's name must be 1 to 64 of A-Z a-z 0-9 . _ -, and not begin with a hyphen"

  /// Whether it can name a context. Shells see names when they complete, and the file of contexts may be
  /// another person's: nothing that a shell acts on is a name.
  static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && !text.hasPrefix("-")
      && text.utf8.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "._-".utf8.contains($0)
        }
      }
  }
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
