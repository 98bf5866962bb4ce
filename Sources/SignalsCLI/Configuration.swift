import Curl
import Glibc

/// Where the server is and how to speak to it, from the command line and the environment.
struct Configuration {
  static let defaultURL = "http://127.0.0.1:8080"

  let base: HTTPURL
  let authorityFile: String?
  let timeout: Duration
  let token: String?

  /// Options win over the environment; an empty variable is as good as none.
  init(
    _ options: ConnectionOptions, needsToken: Bool, environment: (String) -> String?
  ) throws(Failure) {
    let (urlSource, url) =
      options.url.map { ("--url", $0) } ?? environment("SIGNALS_URL").map { ("SIGNALS_URL", $0) }
      ?? ("--url", Self.defaultURL)
    base = try Self.base(url, from: urlSource)
    authorityFile = options.cacert ?? environment("SIGNALS_CACERT")
    timeout = .seconds(min(options.timeout, 1e9))
    guard needsToken else {
      token = nil
      return
    }
    token = try Self.token(file: options.tokenFile, variable: environment("SIGNALS_TOKEN"))
    guard token == nil || base.scheme == "https" || base.isLoopback else {
      throw Failure(
        .usage, "the token would go to \(base.host) in the clear", advice: "an https URL")
    }
  }

  private static func base(_ text: String, from source: String) throws(Failure) -> HTTPURL {
    let url: HTTPURL
    do {
      url = try HTTPURL(text)
    } catch {
      let reason = (error.detail.isEmpty ? error.message : error.detail).lowercasedFirst
      // It may hold a password, and is not repeated.
      throw Failure(
        .usage, "\(source) takes an http or https URL: \(reason)",
        advice: "\(source == "--url" ? "--url " : "SIGNALS_URL=")\(defaultURL)")
    }
    guard url.query == nil else {
      throw Failure(.usage, "\(source) takes an address without a query, not '\(url)'")
    }
    return url
  }

  private static func token(file: String?, variable: String?) throws(Failure) -> String? {
    guard let file else {
      return try variable.map { variable throws(Failure) in
        try checked(variable, from: "SIGNALS_TOKEN")
      }
    }
    let bytes: [UInt8]
    do {
      bytes = try contents(ofFile: file)
    } catch {
      throw Failure(.usage, "cannot read --token-file \(file): \(error.description)")
    }
    return try checked(String(decoding: bytes, as: UTF8.self), from: "--token-file \(file)")
  }

  /// A bearer token is printable ASCII (RFC 6750, 2.1); spaces and line ends around it are nobody's.
  private static func checked(_ text: String, from source: String) throws(Failure) -> String {
    let token = text.utf8.drop { isSpace($0) }
    guard let last = token.lastIndex(where: { !isSpace($0) }) else {
      throw Failure(.usage, "\(source) holds no token")
    }
    guard token[...last].allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw Failure(.usage, "\(source) holds more than one word or a character that no token has")
    }
    return String(decoding: token[...last], as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x09, 0x0a, 0x0d, 0x20].contains(byte) }
}

/// The value of a variable of ours; nil when it is empty.
func environmentVariable(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
