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
    guard timeout.map(Settings.isTimeout) ?? true else {
      throw ValidationError("'--timeout' takes a number of seconds above 0.")
    }
  }

  func configuration(needsToken: Bool) throws(Failure) -> Configuration {
    let settings = try Settings(server, timeout: timeout, environment: environmentVariable)
    var configuration = try Configuration(settings, needsToken: needsToken)
    if verbose { configuration.trace = { StandardError.write($0.text) } }
    configuration.warnIfInsecure()
    return configuration
  }
}
