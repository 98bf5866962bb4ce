import ArgumentParser

/// Where the server is, whom to trust and who we are: the same for every command.
struct ServerOptions: ParsableArguments {
  @Option(
    help: .init(
      "Address of the server, also SIGNALS_URL; \(Settings.defaultURL) by default.",
      valueName: "url"))
  var url: String?

  @Option(
    help: .init(
      "Settings under this name; 'signals-cli context' keeps them.", valueName: "name"),
    completion: .contexts)
  var context: String?

  @Option(
    help: .init(
      "PEM file of the authority that signed its certificate, also SIGNALS_CACERT.",
      valueName: "file"), completion: .file())
  var cacert: String?

  @Option(
    help: .init("PEM file of our own certificate, also SIGNALS_CERT.", valueName: "file"),
    completion: .file())
  var cert: String?

  @Option(
    help: .init(
      "PEM file of its private key, also SIGNALS_KEY; by default in the file of --cert.",
      valueName: "file"), completion: .file())
  var key: String?

  @Flag(help: "Believe whoever answers: no certificate is checked.")
  var insecure = false

  @Option(
    help: .init(
      """
      File with the token for the producer, also SIGNALS_TOKEN_FILE; SIGNALS_TOKEN takes the token \
      itself.
      """, valueName: "file"), completion: .file())
  var tokenFile: String?

  @Option(
    help: .init(
      """
      How often to try again after 429, 502, 503 or a broken connection, when nothing was to be \
      changed; 0 by default.
      """, valueName: "n"))
  var retry: Int?

  func validate() throws {
    if let mistake = given().mistake { throw ValidationError(mistake) }
  }

  /// - Parameter timeout: In seconds.
  func given(timeout: Double? = nil) -> Settings.Given {
    Settings.Given(
      url: url, context: context, cacert: cacert, cert: cert, key: key, insecure: insecure,
      tokenFile: tokenFile, retry: retry, timeout: timeout)
  }
}
