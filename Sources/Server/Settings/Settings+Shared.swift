internal import Logging
public import Postgres
internal import SystemPackage

/// Settings shared by both services.
extension Settings {
  /// The database from `DB_HOST DB_PORT DB_NAME`, TLS from `DB_SSLMODE DB_SSLROOTCERT`, and the service's
  /// user from `DB_USER DB_PASSWORD`.
  public func database(applicationName: String) throws(InvalidSetting) -> ConnectionParameters {
    let port = text("DB_PORT") ?? "5432"
    for part in port.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(part), (1...65535).contains(number) else {
        throw InvalidSetting(
          "DB_PORT", port, "a port from 1 to 65535, or a comma-separated list with one per host")
      }
    }
    var parameters = ConnectionParameters(
      host: text("DB_HOST") ?? "localhost", port: port, user: text("DB_USER") ?? "postgres",
      password: try secretText("DB_PASSWORD"), database: text("DB_NAME") ?? "machine_data",
      applicationName: applicationName)
    let modes = ConnectionParameters.sslModes
    if let mode = text("DB_SSLMODE") {
      guard modes.contains(mode) else {
        throw InvalidSetting("DB_SSLMODE", mode, "one of \(modes.joined(separator: ", "))")
      }
      parameters.sslMode = mode
    }
    parameters.sslRootCertificate = text("DB_SSLROOTCERT")
    try protectPassword("DB_PASSWORD", &parameters)
    return parameters
  }

  /// The same for migrations: `DB_ADMIN_USER DB_ADMIN_PASSWORD`, or the service's user where those are not
  /// set.
  public func administeredDatabase(applicationName: String) throws(InvalidSetting)
    -> ConnectionParameters
  {
    var parameters = try database(applicationName: applicationName)
    if let user = text("DB_ADMIN_USER") {
      parameters.user = user
      parameters.password = try secretText("DB_ADMIN_PASSWORD")
    }
    try protectPassword("DB_ADMIN_PASSWORD", &parameters)
    return parameters
  }

  /// A server may request the password in the clear, and libpq 15, which has no `require_auth`, complies.
  /// The password is therefore sent only to a verified server, or to one that proves that it knows the
  /// password too, by SCRAM with channel binding.
  private func protectPassword(_ name: String, _ parameters: inout ConnectionParameters)
    throws(InvalidSetting)
  {
    parameters.requiresChannelBinding = false
    guard parameters.password != nil else { return }
    switch parameters.sslMode {
    case nil:
      guard let host = parameters.hosts.first(where: { !$0.isLocal }) else { return }
      throw InvalidSetting(
        """
        DB_SSLMODE is not set and \(name) could be sent to \(host.name) in clear text; set it to \
        verify-full, or to disable on a trusted network
        """)
    case "require" where parameters.sslRootCertificate == nil:
      parameters.requiresChannelBinding = true
    default: break
    }
  }

  /// The path of a program's file: the setting `name`, or `file` in `RUN_DIR`.
  public func path(_ name: String, default file: String) -> String {
    text(name) ?? "\(text("RUN_DIR") ?? ".run")/\(file)"
  }

  /// Configures swift-log to write to standard error and, with `LOG_FILE`, to a file as well.
  public func startLogging() throws(InvalidSetting) -> LogOutput {
    let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
    let level = try value("LOG_LEVEL", default: Logger.Level.info, expected: "one of \(levels)") {
      Logger.Level(rawValue: $0.lowercased())
    }
    var sinks = [LogSink.standardError(journalStream: text("JOURNAL_STREAM"))]
    var file: (path: String, sink: LogSink)?
    if let path = text("LOG_FILE") {
      do throws(Errno) {
        let sink = try LogSink(appendingTo: path)
        file = (path, sink)
        sinks.append(sink)
      } catch {
        throw InvalidSetting("LOG_FILE must be a writable file (got \"\(path)\"): \(error)")
      }
    }
    let limit = LogRateLimiter()
    LoggingSystem.bootstrap { [sinks] label in
      LineLogHandler(label: label, level: level, sinks: sinks, limit: limit)
    }
    return LogOutput(file: file)
  }
}
