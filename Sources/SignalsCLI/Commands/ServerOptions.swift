import ArgumentParser

/// The server, the authorities to trust and the client's credentials; shared by all commands.
struct ServerOptions: ParsableArguments {
  @Option(
    help: .init(
      "Server URL. (env: SIGNALS_URL; default: \(ClientSettings.defaultURL))",
      valueName: "url"))
  var url: String?

  @Option(
    help: .init(
      "Use this context; see 'signals-cli context'. (env: SIGNALS_CONTEXT)", valueName: "name"),
    completion: .contexts)
  var context: String?

  @Option(
    help: .init(
      "PEM file with the CA certificates to trust. (env: SIGNALS_CACERT)",
      valueName: "file"), completion: .file())
  var cacert: String?

  @Option(
    help: .init("PEM file with the client certificate. (env: SIGNALS_CERT)", valueName: "file"),
    completion: .file())
  var cert: String?

  @Option(
    help: .init(
      "PEM file with its private key. (env: SIGNALS_KEY; default: the file of --cert)",
      valueName: "file"), completion: .file())
  var key: String?

  @Flag(help: "Skip TLS certificate verification.")
  var insecure = false

  @Option(
    help: .init(
      """
      File with the bearer token. (env: SIGNALS_TOKEN_FILE, or SIGNALS_TOKEN for the token \
      itself)
      """, valueName: "file"), completion: .file())
  var tokenFile: String?

  @Option(
    help: .init(
      """
      Maximum number of retries of read requests after 429, 502, 503 or a connection error. \
      (env: SIGNALS_RETRY; default: 0)
      """, valueName: "n"))
  var retry: Int?

  func validate() throws {
    if let mistake = given().mistake { throw ValidationError(mistake) }
  }

  /// - Parameter timeout: In seconds.
  func given(timeout: Double? = nil) -> ClientSettings.Given {
    ClientSettings.Given(
      url: url, context: context, cacert: cacert, cert: cert, key: key, insecure: insecure,
      tokenFile: tokenFile, retry: retry, timeout: timeout)
  }
}
