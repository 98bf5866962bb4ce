import ArgumentParser

/// Where the server is and how to speak to it: the same for every command but the probe.
struct ConnectionOptions: ParsableArguments {
  @OptionGroup var server: ServerOptions

  @Option(
    name: [.long, .customShort("t")],
    help: .init(
      "How long a request may take, tries and all; \(Settings.defaultTimeout.withoutExponent).",
      valueName: "seconds"))
  var timeout: Double?

  @Flag(
    name: [.long, .customShort("v")],
    help: "Show the heads of requests and answers on standard error, without the token.")
  var verbose = false

  func validate() throws {
    if let mistake = given.mistake { throw ValidationError(mistake) }
  }

  var given: Settings.Given { server.given(timeout: timeout) }

  func configuration(needsToken: Bool) throws(Failure) -> Configuration {
    try Configuration(given, isVerbose: verbose, needsToken: needsToken)
  }
}

extension Configuration {
  /// With the environment, and a warning where whoever answers is believed.
  init(_ given: Settings.Given, isVerbose: Bool, needsToken: Bool) throws(Failure) {
    try self.init(
      Settings(given, environment: environmentVariable), needsToken: needsToken)
    if isVerbose { trace = { StandardError.write($0.text) } }
    warnIfInsecure()
  }
}
