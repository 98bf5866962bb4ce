import ArgumentParser

/// What every check takes.
struct CheckOptions: ParsableArguments {
  /// In seconds. Whoever runs a check ends it at some time, and then nobody knows what it found.
  private static let longestUnasked = 10.0

  @Option(
    name: [.customShort("H"), .customLong("hostname")],
    help: .init(
      "The same as --url https://HOST; with a port, HOST:PORT.", valueName: "host"))
  var host: String?

  @OptionGroup var server: ServerOptions

  @Option(
    name: [.customLong("timeout"), .customShort("t")],
    help: .init(
      "How long the check may take; \(longestUnasked.withoutExponent), or SIGNALS_TIMEOUT if less.",
      valueName: "seconds"))
  var timeoutAsked: Double?

  @Option(help: .init("How to say it.", valueName: "format"))
  var format: ProbeReport.Format = .nagios

  @Flag(help: "Exit with 0 for WARNING, for those who know good and bad alone.")
  var warnOk = false

  @Flag(
    name: [.long, .customShort("v")],
    help: "More lines with details; twice: the heads of requests and answers on standard error.")
  var verbose: Int

  @Flag(name: [.long, .customShort("V")], help: "Show the version.")
  var version = false

  func validate() throws {
    guard host == nil || server.url == nil && server.context == nil else {
      throw ValidationError("'--hostname' excludes '--url' and '--context'.")
    }
    if let mistake = given.mistake { throw ValidationError(mistake) }
  }

  /// In seconds; a shorter one of the environment or the context holds for the request.
  var timeout: Double { timeoutAsked ?? Self.longestUnasked }

  private var given: Settings.Given {
    var given = server.given(timeout: timeoutAsked)
    if let host { given.url = "https://\(host)" }
    return given
  }

  func configuration(needsToken: Bool) throws(Failure) -> Configuration {
    let settings = try Settings(given, environment: environmentVariable)
    var configuration = try Configuration(settings, needsToken: needsToken)
    configuration.timeout = min(configuration.timeout, .seconds(timeout))
    configuration.readsCertificate = true
    if verbose > 1 { configuration.trace = { StandardError.write($0.text) } }
    return configuration
  }
}

extension ProbeReport.Format: ExpressibleByArgument {}
