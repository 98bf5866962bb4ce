import ArgumentParser

/// What every check takes.
struct CheckOptions: ParsableArguments {
  /// In seconds. Whoever runs a check ends it at some time, and then nobody knows what it found.
  private static let longestUnasked = 10.0

  @Option(
    name: [.customShort("H"), .customLong("hostname")],
    help: .init(
      "The same as --url https://HOST: a name or an address, with a port as HOST:PORT.",
      valueName: "host"))
  var host: String?

  @Option(
    name: [.long, .customShort("p")],
    help: .init("Port of --hostname; 443 by default.", valueName: "port"))
  var port: Int?

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
    if let host {
      guard let authority = HostAuthority(host) else {
        throw ValidationError(
          "'--hostname' must be a name or an address (got '\(host)'); '--url' takes a URL.")
      }
      guard port == nil || !authority.hasPort else {
        throw ValidationError("'--port' excludes a port in '--hostname'.")
      }
    }
    if let port {
      guard host != nil else { throw ValidationError("'--port' goes with '--hostname'.") }
      guard (1...65_535).contains(port) else {
        throw ValidationError("'--port' must be an integer from 1 to 65535 (got \(port)).")
      }
    }
    if let mistake = given.mistake { throw ValidationError(mistake) }
  }

  /// In seconds; a shorter one of the environment or the context holds for the request.
  var timeout: Double { timeoutAsked ?? Self.longestUnasked }

  private var given: Settings.Given {
    var given = server.given(timeout: timeoutAsked)
    if let host, let authority = HostAuthority(host) {
      given.url = "https://\(authority.text)" + (port.map { ":\($0)" } ?? "")
    }
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
