import SignalsAPI

/// Advice for a database error of a service.
enum DatabaseCause {
  /// - Parameters:
  ///   - cause: The cause that the service reports; nil when unknown.
  ///   - service: `signals-accessor`.
  static func advice(_ cause: String?, of service: String, _ place: InstallationKind) -> String {
    let log = "see \(place.log(of: service))"
    return switch cause {
    case "unreachable", nil:
      "is PostgreSQL running, and is DB_HOST of \(service) right? \(log)"
    case "starting": "again once PostgreSQL has started; its log shows the progress"
    case "standby": "promote a standby, or name the primary in DB_HOST of \(service)"
    case "read_only":
      "is DB_HOST of \(service) a standby (pg_is_in_recovery()), or default_transaction_read_only on?"
    case "no_database": "is DB_NAME of \(service) right? createdb creates a database"
    case "login_refused": "other DB_USER and DB_PASSWORD of \(service), or check pg_hba.conf"
    case "no_rights": "is DB_USER of \(service) right? 'signals-producer migrate' grants privileges"
    case "no_tables":
      "'signals-producer migrate' creates them; if they exist, is search_path of DB_USER right?"
    case "no_connection_left":
      "see pg_stat_activity; raise max_connections or the role's CONNECTION LIMIT"
    case "busy", "timeout", "overload": "see pg_stat_activity for long-running queries"
    default: log
    }
  }
}
