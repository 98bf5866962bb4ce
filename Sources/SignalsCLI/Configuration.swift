import Curl
import Glibc

/// Where the server is and how to speak to it: what the ``Settings`` come to.
struct Configuration {
  let base: HTTPURL
  let authorityFile: String?
  let certificateFile: String?
  let keyFile: String?
  let verifiesServer: Bool
  /// Never for this machine's own addresses: a proxy could not reach them, and would see the token.
  let proxy: Proxy?
  /// For a request with all its tries.
  var timeout: Duration
  /// How many tries there may be after the first.
  let retries: Int
  let token: String?
  /// Whether answers tell when the server's certificate ends.
  var readsCertificate = false
  /// Is told the heads of requests and answers.
  var trace: (@Sendable (Trace) -> Void)?

  /// - Parameter needsToken: Otherwise one that cannot be read, or would go over the network in the clear,
  ///   is left out: the server may not want any.
  init(
    _ settings: Settings, needsToken: Bool,
    environment: (String) -> String? = environmentVariable
  ) throws(Failure) {
    base = try Self.base(settings.url)
    authorityFile = settings.authorityFile?.value
    certificateFile = settings.certificateFile?.value
    keyFile = settings.keyFile?.value
    verifiesServer = !settings.isInsecure
    proxy = base.isLoopback ? nil : Proxy(for: base, environment: environment)
    timeout = .seconds(min(settings.timeout.value, 1e9))
    retries = settings.retries.value
    let isPrivate = base.scheme == "https" || base.isLoopback
    guard let given = settings.token, needsToken || isPrivate else {
      token = nil
      return
    }
    guard needsToken else {
      token = try? Self.token(given, environment)
      return
    }
    token = try Self.token(given, environment)
    guard isPrivate else {
      throw Failure(
        .usage, "the token would go to \(base.host) in the clear", advice: "an https URL")
    }
  }

  /// In red: who gives this option once in a script forgets it there.
  func warnIfInsecure() {
    guard !verifiesServer, base.scheme == "https" else { return }
    let what = token == nil ? "is believed" : "is believed, and gets the token"
    StandardError.remark("--insecure: whoever answers for \(base.host) \(what)", .bad)
  }

  private static func base(_ setting: Setting<String>) throws(Failure) -> HTTPURL {
    let url: HTTPURL
    do {
      url = try HTTPURL(setting.value)
    } catch {
      let reason = (error.detail.isEmpty ? error.message : error.detail).lowercasedFirst
      // It may hold a password, and is not repeated.
      throw Failure(
        setting.origin.failure, "\(setting.origin) takes an http or https URL: \(reason)",
        advice: setting.origin.example)
    }
    guard url.query == nil else {
      throw Failure(
        setting.origin.failure, "\(setting.origin) takes an address without a query, not '\(url)'")
    }
    return url
  }

  private static func token(
    _ setting: Setting<Settings.Token>, _ environment: (String) -> String?
  ) throws(Failure) -> String {
    switch setting.value {
    case .variable(let name):
      return try checked(environment(name) ?? "", from: name, setting.origin)
    case .file(let file):
      let source = setting.origin.naming(file)
      let bytes: [UInt8]
      do {
        bytes = try contents(ofFile: file)
      } catch {
        throw Failure(setting.origin.failure, "cannot read \(source): \(error.description)")
      }
      return try checked(String(decoding: bytes, as: UTF8.self), from: source, setting.origin)
    }
  }

  /// A bearer token is printable ASCII (RFC 6750, 2.1); spaces and line ends around it are nobody's.
  private static func checked(
    _ text: String, from source: String, _ origin: Origin
  ) throws(Failure) -> String {
    let token = text.utf8.drop { isSpace($0) }
    guard let last = token.lastIndex(where: { !isSpace($0) }) else {
      throw Failure(origin.failure, "\(source) holds no token")
    }
    guard token[...last].allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw Failure(
        origin.failure, "\(source) holds more than one word or a character that no token has")
    }
    return String(decoding: token[...last], as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x09, 0x0a, 0x0d, 0x20].contains(byte) }
}

extension Origin {
  /// Of a value that cannot be used.
  fileprivate var failure: Failure.Status {
    if case .context = self { .configuration } else { .usage }
  }

  /// For a message about a token's file.
  fileprivate func naming(_ file: String) -> String {
    if case .context(let name) = self { return "the token file of context \(name), \(file)" }
    return "\(self) \(file)"
  }

  /// How an address is given there.
  fileprivate var example: String {
    switch self {
    case .variable(let name): "\(name)=\(Settings.defaultURL)"
    case .context(let name): "signals-cli context add NAME --url URL in the place of \(name)"
    case .option, .standard: "--url \(Settings.defaultURL)"
    }
  }
}

/// The value of a variable of ours; nil when it is empty.
func environmentVariable(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
