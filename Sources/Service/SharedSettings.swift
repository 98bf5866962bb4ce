internal import Logging
public import Postgres

/// Settings that both services have.
extension Settings {
  /// Where the database is, from `DB_HOST DB_PORT DB_NAME`, TLS from `DB_SSLMODE DB_SSLROOTCERT`, and
  /// the service's user from `DB_USER DB_PASSWORD`.
  public func database(applicationName: String) throws(InvalidSetting) -> ConnectionParameters {
    let port = text("DB_PORT") ?? "5432"
    for part in port.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(part), (1...65535).contains(number) else {
        throw InvalidSetting(
          "DB_PORT", port, "a port from 1 to 65535, or one for each host of DB_HOST, with commas")
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
    return parameters
  }

  /// The same for whoever makes the tables and the roles: `DB_ADMIN_USER DB_ADMIN_PASSWORD`, or the
  /// service's user where that is left out.
  public func administeredDatabase(applicationName: String) throws(InvalidSetting)
    -> ConnectionParameters
  {
    var parameters = try database(applicationName: applicationName)
    if let user = text("DB_ADMIN_USER") {
      parameters.user = user
      parameters.password = try secretText("DB_ADMIN_PASSWORD")
    }
    return parameters
  }

  /// Where a file of the program is: the setting `name`, or `file` in `RUN_DIR`.
  public func path(_ name: String, default file: String) -> String {
    text(name) ?? "\(text("RUN_DIR") ?? ".run")/\(file)"
  }

  /// Makes swift-log write to standard error and, with `LOG_FILE`, to a file as well.
  public func startLogging() throws(InvalidSetting) {
    let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
    let level = try value("LOG_LEVEL", default: Logger.Level.info, accepted: "one of \(levels)") {
      Logger.Level(rawValue: $0.lowercased())
    }
    var sinks = [LogSink.standardError(journalStream: text("JOURNAL_STREAM"))]
    if let path = text("LOG_FILE") {
      guard let file = LogSink(appendingTo: path) else {
        throw InvalidSetting("LOG_FILE", path, "a file that can be written")
      }
      sinks.append(file)
    }
    let limit = LogLimit()
    LoggingSystem.bootstrap { [sinks] label in
      LineLogHandler(label: label, level: level, sinks: sinks, limit: limit)
    }
  }
}
