import ArgumentParser

/// The options of every check.
struct CheckOptions: ParsableArguments {
  /// In seconds. Schedulers kill a check after a while, and its result is then lost.
  private static let defaultTimeout = 10.0

  @Option(help: .init("Output format.", valueName: "format"))
  var format: ProbeReport.Format = .nagios

  @Flag(help: "Exit with status 0 on WARNING.")
  var warnOk = false

  @Flag(
    name: [.long, .customShort("v")],
    help: "Print details; twice, also print HTTP headers to standard error.")
  var verbose: Int

  @Option(
    name: [.customShort("H"), .customLong("hostname")],
    help: .init(
      "Server name or address, HOST or HOST:PORT; short for --url https://HOST.",
      valueName: "host"))
  var host: String?

  @Option(
    name: [.long, .customShort("p")],
    help: .init("Port of --hostname. (default: 443)", valueName: "port"))
  var port: Int?

  @OptionGroup var server: ServerOptions

  @Option(
    name: [.customLong("timeout"), .customShort("t")],
    help: .init(
      """
      Timeout of the check. (default: \(defaultTimeout.withoutExponent), or SIGNALS_TIMEOUT if \
      shorter)
      """,
      valueName: "seconds"))
  var timeoutAsked: Double?

  @Flag(name: [.long, .customShort("V")], help: "Show the version.")
  var version = false

  func validate() throws {
    guard host == nil || server.url == nil && server.context == nil else {
      throw ValidationError("'--hostname' cannot be combined with '--url' or '--context'.")
    }
    if let host {
      guard let authority = HostAuthority(host) else {
        throw ValidationError(
          "'--hostname' must be a name or an address (got '\(host)'); '--url' takes a URL.")
      }
      guard port == nil || !authority.hasPort else {
        throw ValidationError("'--port' cannot be combined with a port in '--hostname'.")
      }
    }
    if let port {
      guard host != nil else { throw ValidationError("'--port' requires '--hostname'.") }
      guard (1...65_535).contains(port) else {
        throw ValidationError("'--port' must be an integer from 1 to 65535 (got \(port)).")
      }
    }
    if let mistake = given.mistake { throw ValidationError(mistake) }
  }

  /// In seconds; a shorter one from the environment or the context applies to the request.
  var timeout: Double { timeoutAsked ?? Self.defaultTimeout }

  private var given: ClientSettings.Given {
    var given = server.given(timeout: timeoutAsked)
    if let host, let authority = HostAuthority(host) {
      given.url = "https://\(authority.text)" + (port.map { ":\($0)" } ?? "")
    }
    return given
  }

  func configuration(needsToken: Bool) throws(Failure) -> ClientConfiguration {
    let settings = try ClientSettings(given, environment: environmentVariable)
    var configuration = try ClientConfiguration(settings, needsToken: needsToken)
    configuration.timeout = min(configuration.timeout, .seconds(timeout))
    configuration.readsCertificate = true
    if verbose > 1 { configuration.trace = { StandardError.write($0.text) } }
    return configuration
  }
}

extension ProbeReport.Format: ExpressibleByArgument {}
