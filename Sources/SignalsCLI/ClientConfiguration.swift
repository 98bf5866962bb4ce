import Curl
import Glibc

/// The resolved ``ClientSettings``: where the server is and how to connect to it.
struct ClientConfiguration {
  let base: HTTPURL
  let authorityFile: String?
  let certificateFile: String?
  let keyFile: String?
  let verifiesServer: Bool
  /// Never for loopback addresses: a proxy could not reach them, and would see the token.
  let proxy: Proxy?
  /// For a request with all its retries.
  var timeout: Duration
  /// Maximum number of attempts after the first.
  let retries: Int
  let token: String?
  /// Whether responses include the expiry of the server's certificate.
  var readsCertificate = false
  /// Receives request and response headers.
  var trace: (@Sendable (Trace) -> Void)?

  /// - Parameter needsToken: If false, a token that cannot be read or would be sent unencrypted is
  ///   omitted: the server may not require one.
  init(
    _ settings: ClientSettings, needsToken: Bool,
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
        .usage, "refusing to send the token to \(base.host) unencrypted", advice: "an https URL")
    }
  }

  /// Warns in red: the option is easily forgotten in a script.
  func warnIfInsecure() {
    guard !verifiesServer, base.scheme == "https" else { return }
    let consequence = token == nil ? "" : ", and the token is sent anyway"
    StandardError.remark(
      "--insecure: the certificate of \(base.host) is not verified\(consequence)", .bad)
  }

  private static func base(_ setting: Setting<String>) throws(Failure) -> HTTPURL {
    let url: HTTPURL
    do {
      url = try HTTPURL(setting.value)
    } catch {
      let reason = (error.detail.isEmpty ? error.message : error.detail).lowercasedFirst
      // The value may contain a password and is not repeated.
      throw Failure(
        setting.origin.failure, "\(setting.origin) must be an http or https URL: \(reason)",
        advice: setting.origin.example)
    }
    guard url.query == nil else {
      throw Failure(
        setting.origin.failure, "\(setting.origin) must not have a query (got \"\(url)\")")
    }
    return url
  }

  private static func token(
    _ setting: Setting<ClientSettings.Token>, _ environment: (String) -> String?
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

  /// A bearer token is printable ASCII (RFC 6750, 2.1); surrounding whitespace is trimmed.
  private static func checked(
    _ text: String, from source: String, _ origin: SettingSource
  ) throws(Failure) -> String {
    let token = text.utf8.drop { isSpace($0) }
    guard let last = token.lastIndex(where: { !isSpace($0) }) else {
      throw Failure(origin.failure, "\(source) contains no token")
    }
    guard token[...last].allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw Failure(
        origin.failure,
        "\(source) contains an invalid token: expected printable ASCII without spaces")
    }
    return String(decoding: token[...last], as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x09, 0x0a, 0x0d, 0x20].contains(byte) }
}

extension SettingSource {
  /// The exit status for an invalid value.
  fileprivate var failure: Failure.Status {
    if case .context = self { .configuration } else { .usage }
  }

  /// A token file, for a message.
  fileprivate func naming(_ file: String) -> String {
    if case .context(let name) = self { return "token file \(file) of context \(name)" }
    return "\(self) \(file)"
  }

  /// How to set the URL there.
  fileprivate var example: String {
    switch self {
    case .variable(let name): "\(name)=\(ClientSettings.defaultURL)"
    case .context(let name): "signals-cli context add NAME --url URL to replace \(name)"
    case .option, .standard: "--url \(ClientSettings.defaultURL)"
    }
  }
}

/// The value of an environment variable; nil when it is unset or empty.
func environmentVariable(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
