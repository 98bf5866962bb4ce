internal import Postgres

extension Connection {
  /// Settings of a session that writes readings; what the server's release does not have is left out.
  borrowing func prepareForWriting() throws(PostgresError) {
    // The server gives up first: whoever turns away from a session that waits leaves it behind there.
    let lockTimeout = patience.timeout * 2 / 3
    let settings = [
      // An answer of the watermark has to hold after a crash of the server, whatever its default.
      ("synchronous_commit", "on"),
      ("lock_timeout", "\(Int(lockTimeout / .milliseconds(1)))ms"),
      // A session whose producer is gone holds the watermark until the server notices.
      ("idle_in_transaction_session_timeout", "60s"),
      ("client_connection_check_interval", "2s"),
      ("tcp_keepalives_idle", "10"), ("tcp_keepalives_interval", "5"),
      ("tcp_keepalives_count", "3"),
      ("tcp_user_timeout", "30s"),
    ]
    let rows = settings.map { "('\($0)', '\($1)')" }.joined(separator: ", ")
    try execute(
      """
      SELECT set_config(wanted.name, wanted.value, false)
      FROM (VALUES \(rows)) AS wanted (name, value) JOIN pg_settings USING (name)
      """)
  }
}
