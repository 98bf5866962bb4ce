internal import Logging
public import Postgres

/// Settings that both services have.
extension Settings {
  /// Where the database is, from `DB_HOST DB_PORT DB_USER DB_PASSWORD DB_NAME`.
  public func database(applicationName: String) throws(InvalidSetting) -> ConnectionParameters {
    let port = text("DB_PORT") ?? "5432"
    for part in port.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(part), (1...65535).contains(number) else {
        throw InvalidSetting(
          "DB_PORT", port, "a port from 1 to 65535, or one for each host of DB_HOST, with commas")
      }
    }
    return ConnectionParameters(
      host: text("DB_HOST") ?? "localhost", port: port, user: text("DB_USER") ?? "postgres",
      password: text("DB_PASSWORD"), database: text("DB_NAME") ?? "machine_data",
      applicationName: applicationName)
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
    var sinks = [LogSink.standardError]
    if let path = text("LOG_FILE") {
      guard let file = LogSink(appendingTo: path) else {
        throw InvalidSetting("LOG_FILE", path, "a file that can be written")
      }
      sinks.append(file)
    }
    LoggingSystem.bootstrap { [sinks] label in
      LineLogHandler(label: label, level: level, sinks: sinks)
    }
  }
}
