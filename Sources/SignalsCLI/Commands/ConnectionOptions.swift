import ArgumentParser

/// The connection options of every command but `check`.
struct ConnectionOptions: ParsableArguments {
  @OptionGroup var server: ServerOptions

  @Option(
    name: [.long, .customShort("t")],
    help: .init(
      """
      Timeout of a request, retries included. (env: SIGNALS_TIMEOUT; default: \
      \(ClientSettings.defaultTimeout.withoutExponent))
      """, valueName: "seconds"))
  var timeout: Double?

  @Flag(
    name: [.long, .customShort("v")],
    help: "Print HTTP headers to standard error, without the token.")
  var verbose = false

  func validate() throws {
    if let mistake = given.mistake { throw ValidationError(mistake) }
  }

  var given: ClientSettings.Given { server.given(timeout: timeout) }

  func configuration(needsToken: Bool) throws(Failure) -> ClientConfiguration {
    try ClientConfiguration(given, isVerbose: verbose, needsToken: needsToken)
  }
}

extension ClientConfiguration {
  /// Reads the environment, and warns when the server's certificate is not verified.
  init(_ given: ClientSettings.Given, isVerbose: Bool, needsToken: Bool) throws(Failure) {
    try self.init(
      ClientSettings(given, environment: environmentVariable), needsToken: needsToken)
    if isVerbose { trace = { StandardError.write($0.text) } }
    warnIfInsecure()
  }
}
