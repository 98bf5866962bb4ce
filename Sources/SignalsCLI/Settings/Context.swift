import StrictJSON

/// Named settings for one server; nil means the default.
struct Context: Equatable {
  var url: String
  /// File paths are absolute, or relative to the directory of the context file.
  var cacert: String?
  var cert: String?
  var key: String?
  /// Never the token itself: context files are shown, shared and put under version control.
  var tokenFile: String?
  var timeout: Double?
  var retry: Int?
}

extension Context {
  static let nameRule =
    "context name must be 1 to 64 characters of A-Z a-z 0-9 . _ - and not start with a hyphen"

  /// Whether a context may have this name. Names are offered for shell completion, and the file may come
  /// from somebody else: characters that are special to a shell are not allowed.
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
    let members = try StrictObject(decoder, CodingKeys.allCases.map(\.rawValue))
    url = try members.required("url")
    cacert = try members.optional("cacert")
    cert = try members.optional("cert")
    key = try members.optional("key")
    tokenFile = try members.optional("token_file")
    timeout = try members.optional("timeout")
    retry = try members.optional("retry")
  }
}
