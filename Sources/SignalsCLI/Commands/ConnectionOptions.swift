import ArgumentParser

/// Where the server is and how to speak to it: the same for every command.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: .init(
      "Address of the server, also SIGNALS_URL; \(Configuration.defaultURL) by default.",
      valueName: "url"))
  var url: String?

  @Option(
    help: .init(
      "PEM file of the authority that signed its certificate, also SIGNALS_CACERT.",
      valueName: "file"))
  var cacert: String?

  @Option(
    help: .init(
      "File with the token for 'producer' commands; SIGNALS_TOKEN takes the token itself.",
      valueName: "file"))
  var tokenFile: String?

  @Option(help: .init("How long a request may take.", valueName: "seconds"))
  var timeout: Double = 10

  func validate() throws {
    guard timeout.isFinite, timeout > 0 else {
      throw ValidationError("'--timeout' takes a number of seconds above 0.")
    }
  }

  func configuration(needsToken: Bool) throws(Failure) -> Configuration {
    try Configuration(self, needsToken: needsToken, environment: environmentVariable)
  }
}
