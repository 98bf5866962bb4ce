/// What to do about a database that a service cannot use.
enum DatabaseCause {
  /// - Parameters:
  ///   - cause: The service's word for it; nil where it has none.
  ///   - service: `signals-accessor`.
  static func advice(_ cause: String?, of service: String, _ place: Place) -> String {
    let log = "\(place.log(of: service)) says why"
    return switch cause {
    case "unreachable", nil:
      "is PostgreSQL running, and where DB_HOST of \(service) says? \(log) not"
    case "starting": "again when PostgreSQL has started; its own log says how far it is"
    case "standby": "promote a standby, or name the primary in DB_HOST of \(service)"
    case "read_only":
      "is DB_HOST of \(service) a standby (pg_is_in_recovery()), or default_transaction_read_only on?"
    case "no_database": "is DB_NAME of \(service) right? createdb makes a database"
    case "login_refused": "DB_USER and DB_PASSWORD of \(service), and the server's pg_hba.conf"
    case "no_rights": "is DB_USER of \(service) right? 'signals-producer migrate' gives the rights"
    case "no_tables":
      "'signals-producer migrate' makes them; if they are there, SHOW search_path as DB_USER of \(service)"
    case "no_connection_left":
      "pg_stat_activity shows who has them; raise max_connections or the role's CONNECTION LIMIT"
    case "busy", "timeout", "overload": "pg_stat_activity shows what takes so long"
    default: log
    }
  }
}
