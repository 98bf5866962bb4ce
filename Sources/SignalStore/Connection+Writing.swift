internal import Postgres

extension Connection {
  /// Settings of a session that writes readings; what the server's release does not have is left out.
  ///
  /// What an administrator has set for the server, the database or the role stays where it is stricter.
  borrowing func prepareForWriting() throws(PostgresError) {
    // An answer of the watermark has to hold after a crash of the server; `remote_apply` says more.
    try execute(
      """
      SELECT set_config('synchronous_commit', 'on', false)
      WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
      """)
    // The server gives up first: whoever turns away from a session that waits leaves it behind there.
    let lockTimeout = patience.timeout * 2 / 3
    // As the server counts: times to wait in milliseconds, those of keepalives in seconds.
    let bounds: [(String, Int)] = [
      ("lock_timeout", Int(lockTimeout / .milliseconds(1))),
      // A session whose producer is gone holds the watermark until the server notices.
      ("idle_in_transaction_session_timeout", 60_000),
      ("client_connection_check_interval", 2000),
      ("tcp_keepalives_idle", 10), ("tcp_keepalives_interval", 5), ("tcp_keepalives_count", 3),
      ("tcp_user_timeout", 30_000),
    ]
    let rows = bounds.map { "('\($0)', \($1))" }.joined(separator: ", ")
    // 0 is no bound.
    try execute(
      """
      SELECT set_config(wanted.name, wanted.bound::text, false)
      FROM (VALUES \(rows)) AS wanted (name, bound) JOIN pg_settings USING (name)
      WHERE setting::bigint NOT BETWEEN 1 AND bound
      """)
  }
}
